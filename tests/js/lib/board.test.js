import assert from 'node:assert/strict';
import { test } from 'node:test';

import { crowd, hindrance, isOver, newCalls, newer, onlineTicketing, waiting, walkInTicketing } from '../../../clients/lib/board.js';

const call = (seq, at = '2026-11-23T10:00:00+09:00') => ({ seq, number: 100 + seq, counter: 'apply', window: 3, at, again: false });

function board({ epoch = 'a', day = '2026-11-23', at = '2026-11-23T10:00:05+09:00', calls = [], ...rest } = {}) {
  return { epoch, day, at, calls, status: 'open', counters: [], windows: [], ...rest };
}

const seqs = (news) => news.calls.map(({ seq }) => seq);

test('a later or equal version is newer, an older one is not, another epoch always is', () => {
  assert.ok(newer(null, { epoch: 'a', version: 1 }));
  assert.ok(newer({ epoch: 'a', version: 4 }, { epoch: 'a', version: 5 }));
  assert.ok(newer({ epoch: 'a', version: 4 }, { epoch: 'a', version: 4 }));
  assert.ok(!newer({ epoch: 'a', version: 4 }, { epoch: 'a', version: 3 }));
  assert.ok(newer({ epoch: 'a', version: 4 }, { epoch: 'b', version: 1 }));
});

test('a fresh screen announces nothing old', () => {
  assert.deepEqual(seqs(newCalls(null, board({ calls: [call(1), call(2)] }))), []);
});

test('each call is announced once, however frames were merged', () => {
  let { seen } = newCalls(null, board({ calls: [call(1)] }));
  const merged = newCalls(seen, board({ calls: [call(1), call(2), call(3)] }));
  assert.deepEqual(seqs(merged), [2, 3]);
  ({ seen } = merged);
  assert.deepEqual(seqs(newCalls(seen, board({ calls: [call(1), call(2), call(3)] }))), []);
});

test('a board whose calls were all cleared does not make old ones new', () => {
  let { seen } = newCalls(null, board({ calls: [call(7)] }));
  ({ seen } = newCalls(seen, board({ calls: [] })));
  assert.deepEqual(seqs(newCalls(seen, board({ calls: [call(7)] }))), []);
});

for (const [change, what] of [[{ epoch: 'b' }, 'epoch'], [{ day: '2026-11-24' }, 'day']]) {
  test(`after another ${what} only calls made since the last board are new, whatever their seq`, () => {
    const { seen } = newCalls(null, board({ calls: [call(40)] }));
    const calls = [call(1, '2026-11-23T10:00:04+09:00'), call(2, '2026-11-23T10:00:06+09:00')];
    const news = newCalls(seen, board({ ...change, calls, at: '2026-11-23T10:00:07+09:00' }));
    assert.deepEqual(seqs(news), [2]);
    assert.deepEqual(seqs(newCalls(news.seen, board({ ...change, calls: [...calls, call(3)] }))), [3]);
  });
}

test('waiting adds up the counters', () => {
  assert.equal(waiting(board({ counters: [{ waiting: 3 }, { waiting: 4 }] })), 7);
});

const crowded = (people, open, status = 'open') =>
  crowd(board({
    status,
    counters: [{ waiting: people }],
    windows: [...Array.from({ length: open }, () => ({ state: 'idle' })), { state: 'closed' }],
  }));

test('crowd is people waiting per open window', () => {
  assert.equal(crowded(0, 2), 'quiet');
  assert.equal(crowded(4, 2), 'quiet');
  assert.equal(crowded(5, 2), 'moderate');
  assert.equal(crowded(12, 2), 'moderate');
  assert.equal(crowded(13, 2), 'busy');
});

test('nobody waits and no window is open: quiet; somebody waits: busy', () => {
  assert.equal(crowded(0, 0), 'quiet');
  assert.equal(crowded(1, 0), 'busy');
});

test('an office that is not open is closed, however many wait', () => {
  for (const status of ['closed', 'lunch', 'holiday']) assert.equal(crowded(9, 1, status), 'closed');
});

test('the day is over when the office is shut and empty', () => {
  assert.ok(isOver(board({ status: 'closed' })));
  assert.ok(!isOver(board({ status: 'closed', counters: [{ waiting: 1 }] })));
  assert.ok(!isOver(board({ status: 'closed', windows: [{ state: 'serving' }] })));
  assert.ok(!isOver(board({ status: 'lunch' })));
});

test('online numbers are as all numbers, unless only they are paused or there are none', () => {
  const states = [['open', 'open'], ['full', 'open'], ['open', 'paused'], ['paused', 'paused'], ['closed', 'closed'], ['open', null]];
  assert.deepEqual(
    states.map(([ticketing, online]) => onlineTicketing({ ticketing, online })),
    ['open', 'full', 'online_paused', 'paused', 'closed', 'closed'],
  );
});

test('a counter that gives no more numbers today is done, and not only full', () => {
  const done = { ticketing: 'full', online: 'open', left: 0 };
  assert.deepEqual([walkInTicketing(done), onlineTicketing(done), hindrance(done)], ['done', 'done', 'done']);
  const crowded = { ticketing: 'full', online: 'open', left: 3 };
  assert.deepEqual([walkInTicketing(crowded), onlineTicketing(crowded), hindrance(crowded)], ['full', 'full', 'full']);
  assert.equal(walkInTicketing({ ticketing: 'closed', left: 0 }), 'closed');
});

test('what keeps people from a counter is said, and that it is closed or gives no online numbers is not', () => {
  const states = [['open', 'open'], ['full', 'open'], ['open', 'paused'], ['full', 'paused'], ['paused', 'paused'], ['closed', 'closed'], ['open', null]];
  assert.deepEqual(
    states.map(([ticketing, online]) => hindrance({ ticketing, online })),
    [null, 'full', 'online_paused', 'full', 'paused', null, null],
  );
});
