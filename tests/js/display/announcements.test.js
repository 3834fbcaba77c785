import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Announcements, NEWEST_MS, NEWS_MS } from '../../../display/announcements.js';

const START = Date.parse('2026-11-23T10:00:00+09:00');
const at = (seconds) => new Date(START + seconds * 1000).toISOString();

/** An office whose log the test writes, and a voice that speaks as long as the test lets it. */
class Office {
  epoch = 'e1';
  day = '2026-11-23';
  seconds = 0;
  seq = 0;
  calls = [];
  windows = new Map();
  spoken = [];
  #speaking = null;
  announcements = new Announcements((call) => {
    this.spoken.push(`${call.number}→${call.window}${call.again ? ' again' : ''}`);
    return new Promise((resolve, reject) => {
      this.#speaking = { resolve, reject };
    });
  });

  call(number, window, { again = false } = {}) {
    this.calls.push({ seq: ++this.seq, number, counter: 'a', window, at: at(this.seconds), again });
    this.calls.splice(0, this.calls.length - 12);
    this.windows.set(window, number);
  }

  leave(window) {
    this.windows.set(window, null);
  }

  /** Sends the board as it is now. Returns the new calls. */
  send() {
    const windows = [...this.windows].map(([id, number]) => ({
      id,
      number,
      state: number === null ? 'idle' : 'serving',
      counter: number === null ? null : 'a',
    }));
    const { epoch, day, calls } = this;
    return this.announcements.take({ epoch, day, calls: [...calls], windows, at: at(this.seconds) });
  }

  /** The voice comes to the end of what it says, and goes on with what it still has to say. */
  async end(how = 'resolve') {
    this.#speaking[how](new Error('a speaker that is broken'));
    await new Promise((resolve) => setImmediate(resolve));
  }

  async endAll() {
    while (this.announcements.current) await this.end();
  }

  get standing() {
    return this.announcements.standing.map(({ number, window }) => `${number}→${window}`);
  }
}

function opened() {
  const office = new Office();
  office.send();
  return office;
}

test('calls of the same second stand together and are spoken in order, each whole', async () => {
  const office = opened();
  office.call(101, 1);
  office.call(102, 2);
  office.send();
  office.call(103, 3);
  office.send();
  assert.deepEqual(office.standing, ['103→3', '102→2', '101→1']);
  assert.deepEqual(office.spoken, ['101→1']);
  assert.deepEqual(office.announcements.standing.map(({ isSpoken }) => isSpoken), [false, false, true]);
  await office.end();
  assert.deepEqual(office.spoken, ['101→1', '102→2']);
  await office.endAll();
  assert.deepEqual(office.spoken, ['101→1', '102→2', '103→3']);
  assert.equal(office.announcements.current, null);
});

test('a call stands until its window is left or has another number', async () => {
  const office = opened();
  office.call(101, 1);
  office.call(102, 2);
  office.send();
  await office.endAll();
  office.seconds += 3600;
  office.send();
  assert.deepEqual(office.standing, ['102→2', '101→1']);
  office.leave(1);
  office.call(103, 2);
  office.send();
  assert.deepEqual(office.standing, ['103→2']);
});

test('a recall is heard as one, and comes before the calls after it', async () => {
  const office = opened();
  office.call(101, 1);
  office.call(102, 2);
  office.call(101, 1, { again: true });
  office.call(103, 3);
  office.send();
  await office.endAll();
  assert.deepEqual(office.spoken, ['101→1', '102→2', '101→1 again', '103→3']);
  assert.deepEqual(office.standing, ['103→3', '101→1', '102→2']);
  assert.equal(office.announcements.standing[1].again, true);
});

test('a call whose ticket moves on while it waits is not spoken, and the others are', async () => {
  const office = opened();
  office.call(101, 1);
  office.call(102, 2);
  office.call(103, 3);
  office.send();
  office.leave(2);
  office.send();
  await office.endAll();
  assert.deepEqual(office.spoken, ['101→1', '103→3']);
});

test('what is being spoken is spoken whole, also when its ticket moves on', async () => {
  const office = opened();
  office.call(101, 1);
  office.send();
  office.call(102, 1);
  office.send();
  assert.deepEqual(office.spoken, ['101→1']);
  await office.end();
  assert.deepEqual(office.spoken, ['101→1', '102→1']);
});

test('fifteen calls in one frame: those that the list has no more are found at their windows', async () => {
  const office = opened();
  for (let i = 1; i <= 15; i++) office.call(100 + i, i);
  const news = office.send();
  assert.equal(news.length, 15);
  assert.equal(office.standing.length, 15);
  await office.endAll();
  assert.deepEqual(office.spoken, Array.from({ length: 15 }, (_, i) => `${101 + i}→${i + 1}`));
});

test('a fresh screen shows where things stand and says nothing', () => {
  const office = new Office();
  office.call(101, 1);
  for (let i = 0; i < 13; i++) office.call(102, 2, { again: i > 0 });
  assert.deepEqual(office.send(), []);
  assert.deepEqual(office.standing, ['102→2', '101→1']);
  assert.deepEqual(office.spoken, []);
  assert.deepEqual(office.announcements.standing.map(({ isNewest }) => isNewest), [true, false]);
});

test('a screen that was away says only what is still news', async () => {
  const office = opened();
  office.call(101, 1);
  office.seconds += NEWS_MS / 1000 - 5;
  office.call(102, 2);
  office.seconds += 10;
  assert.deepEqual(office.send().map(({ number }) => number), [102]);
  await office.endAll();
  assert.deepEqual(office.spoken, ['102→2']);
  assert.deepEqual(office.standing, ['102→2', '101→1']);
});

test('a call is one of the newest for a while, and as long as it waits to be spoken', async () => {
  const newest = () => office.announcements.standing.filter(({ isNewest }) => isNewest).map(({ number }) => number);
  const office = opened();
  office.call(101, 1);
  office.call(102, 2);
  office.send();
  office.seconds += NEWEST_MS / 1000;
  office.send();
  assert.deepEqual(newest(), [102, 101]);
  await office.end();
  assert.deepEqual(newest(), [102]);
  await office.end();
  assert.deepEqual(newest(), []);
});

test('another epoch or day begins anew, and the same calls are not said twice', async () => {
  const office = opened();
  office.call(101, 1);
  office.send();
  await office.endAll();
  office.epoch = 'e2';
  office.seq = 0;
  office.calls = [];
  office.send();
  office.seconds += 5;
  office.call(102, 2);
  office.send();
  await office.endAll();
  assert.deepEqual(office.spoken, ['101→1', '102→2']);
  office.day = '2026-11-24';
  office.calls = [];
  office.windows.clear();
  office.seq = 0;
  office.seconds += 86_400;
  office.send();
  assert.deepEqual(office.standing, []);
  office.call(101, 1);
  office.send();
  assert.deepEqual(office.spoken, ['101→1', '102→2', '101→1']);
});

test('a speaker that fails does not keep the later calls', async (t) => {
  t.mock.method(console, 'error', () => {});
  const office = opened();
  office.call(101, 1);
  office.call(102, 2);
  office.send();
  await office.end('reject');
  assert.deepEqual(office.spoken, ['101→1', '102→2']);
});

test('it tells when speaking begins and ends, and forgets an office that is gone', async () => {
  const office = opened();
  const told = [];
  office.announcements.addEventListener('change', () => told.push(office.announcements.current?.number ?? null));
  office.call(101, 1);
  office.call(102, 2);
  office.send();
  await office.endAll();
  assert.deepEqual(told, [101, 102, null]);
  office.call(103, 3);
  office.announcements.forget();
  assert.deepEqual(office.standing, []);
  assert.deepEqual(office.send(), []);
});
