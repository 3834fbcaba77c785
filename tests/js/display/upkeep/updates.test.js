import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { AGAIN_MS, SPREAD_MS, Updates } from '../../../../display/upkeep/updates.js';
import { emptyStorages } from '../../storage.js';

beforeEach(emptyStorages);

const board = (status, serving = false) => ({
  status,
  counters: [],
  windows: [{ id: 1, state: serving ? 'serving' : 'closed' }],
});

/** A page of build `a`, and the service. `pass()` runs what is planned next and gives how long it was to wait. */
function build({ now = 'b' } = {}) {
  const page = { now, reloads: 0, time: 0, timers: [], away: false };
  page.updates = new Updates('a', () => page.reloads++, {
    read: async () => {
      if (page.away) throw new Error('away');
      return page.now;
    },
    random: () => 0.5,
    time: () => page.time,
    setTimeout: (step, ms) => page.timers.push({ step, ms }),
  });
  page.pass = async () => {
    const { step, ms } = page.timers.shift();
    await step();
    return ms;
  };
  return page;
}

test('a new build waits for the end of the day, and for a moment of its own', async () => {
  const page = build();
  page.updates.shows(board('open'));
  page.updates.hear('b');
  page.updates.shows(board('lunch'));
  page.updates.shows(board('closed', true));
  assert.deepEqual(page.timers, []);
  page.updates.shows(board('closed'));
  page.updates.shows(board('closed'));
  assert.equal(page.timers.length, 1);
  assert.equal(await page.pass(), SPREAD_MS.over / 2);
  assert.equal(page.reloads, 1);
});

test('the same build is no reason', async () => {
  const page = build();
  page.updates.shows(board('holiday'));
  page.updates.hear('a');
  assert.deepEqual(page.timers, []);
});

test('nothing is reloaded when the office has opened meanwhile, and then it waits for the next night', async () => {
  const page = build();
  page.updates.shows(board('closed'));
  page.updates.hear('b');
  page.updates.shows(board('open'));
  await page.pass();
  assert.equal(page.reloads, 0);
  page.updates.shows(board('closed'));
  await page.pass();
  assert.equal(page.reloads, 1);
});

test('nothing is reloaded while the service does not answer', async (t) => {
  t.mock.method(console, 'error', () => {});
  const page = build();
  page.updates.shows(board('closed'));
  page.updates.hear('b');
  page.away = true;
  await page.pass();
  assert.equal(page.reloads, 0);
  page.away = false;
  page.updates.hear('b');
  await page.pass();
  assert.equal(page.reloads, 1);
});

test('a build that was taken back is none', async () => {
  const page = build({ now: 'a' });
  page.updates.shows(board('closed'));
  page.updates.hear('b');
  await page.pass();
  assert.equal(page.reloads, 0);
  assert.deepEqual(page.timers, []);
});

test('a reload that did not bring the build is not repeated at once', async () => {
  const page = build();
  page.updates.shows(board('closed'));
  page.updates.hear('b');
  await page.pass();
  page.updates.hear('b');
  assert.deepEqual(page.timers, []);
  page.time += AGAIN_MS;
  page.updates.hear('b');
  await page.pass();
  assert.equal(page.reloads, 2);
});

test('a page that has never shown a board does not wait for the night', async () => {
  const page = build();
  page.updates.hear('b');
  assert.equal(await page.pass(), SPREAD_MS.without_board / 2);
  assert.equal(page.reloads, 1);
});

test('it looks for itself, tells once, and goes on when the service is away', async (t) => {
  t.mock.method(console, 'error', () => {});
  const page = build();
  let told = 0;
  page.updates.addEventListener('new', () => told++);
  page.updates.shows(board('open'));
  page.updates.start();
  page.away = true;
  await page.pass();
  page.away = false;
  await page.pass();
  await page.pass();
  assert.equal(told, 1);
  assert.equal(page.timers.length, 1);
});
