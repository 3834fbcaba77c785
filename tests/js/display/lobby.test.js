import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ALONE_MS, Announcer, fresh, IN_A_ROW_MS } from '../../../display/announcer.js';
import { detailOf, division, sceneOf, tilesOf } from '../../../display/scene.js';
import { recentCalls } from '../../../display/view.js';

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

test('a call that can not be shown does not keep the later ones', () => {
  const shown = [];
  const timers = [];
  const announcer = new Announcer({
    show: ({ seq }) => {
      if (seq === 1) throw new Error('no such window');
      shown.push(seq);
    },
    rest: () => {},
    setTimeout: (step) => timers.push(step),
  });
  assert.throws(() => announcer.add([call(1)]));
  announcer.add([call(2)]);
  while (timers.length > 0) timers.shift()();
  assert.deepEqual(shown, [2]);
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

test('never more than two rows of tiles, of like length; small where there are many', () => {
  const columns = (wall) => [0, 1, 4, 5, 6, 7, 12, 16].map((tiles) => division(tiles, 1)[wall]);
  assert.deepEqual(columns('wide'), [1, 1, 4, 5, 6, 4, 6, 8]);
  assert.deepEqual(columns('tall'), [1, 1, 4, 3, 3, 4, 6, 8]);
  assert.deepEqual([4, 5].map((tiles) => division(tiles, 1).tiles), ['roomy', 'dense']);
  assert.deepEqual([6, 7].map((tiles) => division(tiles, 1).crowded), [false, true]);
  assert.deepEqual([4, 5].map((counters) => division(1, counters).rows), ['roomy', 'dense']);
  assert.deepEqual([8, 9].map((counters) => division(1, counters).columns), [1, 2]);
});

const office = { hours: { open: '09:00', close: '18:00', lunch: ['12:00', '13:00'] } };

/** A board with windows in these states, at 10:00 of a Monday. */
function board(status, states, { waiting = 0, calls = [call(1)], at = '2026-11-23T10:00:00+09:00' } = {}) {
  const windows = states.map((state, i) => ({ id: i + 1, state }));
  return { status, windows, calls, at, day: '2026-11-23', counters: [{ id: 'a', waiting }] };
}

test('the last call is shown only while a window is open', () => {
  const scenes = [
    [board('open', ['idle', 'closed']), 'call'],
    [board('open', ['idle'], { calls: [] }), 'none'],
    [board('open', ['closed', 'closed']), 'preparing'],
    [board('lunch', ['closed']), 'lunch'],
    [board('lunch', ['serving']), 'call'],
    [board('closed', ['closed'], { waiting: 2 }), 'closed'],
    [board('closed', ['idle']), 'closed'],
    [board('closed', ['serving']), 'call'],
    [board('holiday', ['closed']), 'day_off'],
  ];
  for (const [shown, expected] of scenes) assert.equal(sceneOf(office, shown), expected, JSON.stringify(shown));
  assert.equal(sceneOf({ hours: null }, board('closed', ['closed'])), 'day_off');
});

test('beside it stands when it goes on, and how many wait', () => {
  const words = { lang: 'en', t: (key, params) => `${key} ${Object.values(params).join(' ')}` };
  const detail = (...facts) => detailOf(office, board(...facts), words);
  assert.equal(detail('lunch', [], { waiting: 4 }), 'display.back 13:00 · common.waiting 4');
  assert.equal(detail('open', [], { waiting: 4 }), 'common.waiting 4');
  const early = board('closed', [], { at: '2026-11-23T08:00:00+09:00' });
  assert.equal(detailOf({ ...office, opens_at: '2026-11-23T09:00:00+09:00' }, early, words), 'display.opens today 09:00');
  assert.equal(detail('closed', [], { at: '2026-11-23T19:00:00+09:00' }), 'display.hours 09:00 18:00');
  assert.equal(detailOf({ hours: null }, board('holiday', []), words), '');
});

test('where windows are too many for the wall, those with nobody at them give way', () => {
  const ids = (states, most) => tilesOf(board('open', states), most).map(({ id }) => id);
  assert.deepEqual(ids(['idle', 'closed', 'serving', 'idle', 'serving'], 3), [1, 3, 5]);
  assert.deepEqual(ids(['serving', 'closed', 'idle'], 3), [1, 3]);
});
