import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ALONE_MS, Announcer, fresh, IN_A_ROW_MS } from '../../display/announcer.js';
import { columns, recentCalls } from '../../display/view.js';

const call = (seq, number = 100 + seq, window = 3, at = '2026-11-23T10:00:00+09:00') => ({ seq, number, window, at });

/** An announcer on a clock that the test moves. */
function build() {
  const log = [];
  const timers = [];
  const announcer = new Announcer({
    show: ({ seq }) => log.push(seq),
    rest: () => log.push('rest'),
    setTimeout: (step, ms) => timers.push({ step, ms }),
  });
  const next = () => {
    const { step, ms } = timers.shift();
    step();
    return ms;
  };
  return { announcer, log, timers, next };
}

test('one call after another, then rest', () => {
  const { announcer, log, next } = build();
  announcer.add([call(1)]);
  announcer.add([call(2), call(3)]);
  assert.deepEqual(log, [1]);
  assert.equal(announcer.current.seq, 1);
  assert.equal(next(), ALONE_MS);
  assert.equal(next(), IN_A_ROW_MS);
  assert.equal(next(), ALONE_MS);
  assert.deepEqual(log, [1, 2, 3, 'rest']);
  assert.equal(announcer.current, null);
});

test('no calls, no announcement and no rest', () => {
  const { announcer, log, timers } = build();
  announcer.add([]);
  assert.deepEqual(log, []);
  assert.equal(timers.length, 0);
});

test('a pile-up keeps the newest', () => {
  const { announcer, log, next } = build();
  announcer.add([call(1)]);
  announcer.add(Array.from({ length: 30 }, (_, i) => call(i + 2)));
  for (let i = 0; i < 13; i++) next();
  assert.deepEqual(log, [1, ...Array.from({ length: 12 }, (_, i) => 20 + i), 'rest']);
});

test('calls older than a minute are not shouted', () => {
  const calls = [call(1, 101, 3, '2026-11-23T09:58:00+09:00'), call(2)];
  assert.deepEqual(fresh(calls, '2026-11-23T10:00:30+09:00').map(({ seq }) => seq), [2]);
});

test('the last calls: newest first, a recalled number once', () => {
  const calls = [call(1, 101), call(2, 102, 4), call(3, 101), call(4, 103, 3)];
  assert.deepEqual(recentCalls(calls).map(({ seq }) => seq), [4, 3, 2]);
  assert.deepEqual(recentCalls(calls, 2).map(({ seq }) => seq), [4, 3]);
});

test('tiles go into rows of like length', () => {
  assert.deepEqual([0, 1, 4, 6, 7, 12, 13].map((n) => columns(n, 6)), [0, 1, 4, 6, 4, 6, 5]);
  assert.deepEqual([4, 5, 6, 8].map((n) => columns(n, 4)), [4, 3, 3, 4]);
});
