import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cardsOf, detailOf, division, earlierCalls, sceneOf, statusOf, tilesOf } from '../../../display/scene.js';

const call = (seq, number = 100 + seq, window = 3, at = '2026-11-23T10:00:00+09:00') => ({ seq, number, window, at });

test('calls of earlier: newest first, a recalled number once, and none that still stands', () => {
  const calls = [call(1, 101), call(2, 102, 4), call(3, 101), call(4, 103, 3)];
  const seqs = (standing, rows) => earlierCalls(calls, standing, rows).map(({ seq }) => seq);
  assert.deepEqual(seqs([]), [4, 3, 2]);
  assert.deepEqual(seqs([], 2), [4, 3]);
  assert.deepEqual(seqs([call(4, 103, 3), call(2, 102, 4)]), [3]);
});

test('the newest calls stand in the large panel, four at most, and else the last one', () => {
  const standing = (...newest) => newest.map((isNewest, i) => ({ seq: 9 - i, isNewest }));
  const seqs = (...newest) => cardsOf(standing(...newest)).map(({ seq }) => seq);
  assert.deepEqual(seqs(), []);
  assert.deepEqual(seqs(false, false), [9]);
  assert.deepEqual(seqs(true, false), [9]);
  assert.deepEqual(seqs(true, true, true, true, true), [9, 8, 7, 6]);
});

test('never more than two rows of tiles, of like length; small where there are many', () => {
  assert.deepEqual([0, 1, 4, 5, 6, 7, 12, 16].map((tiles) => division(tiles, 1).columns), [1, 1, 4, 3, 3, 4, 6, 8]);
  assert.deepEqual([4, 5, 8, 9].map((tiles) => division(tiles, 1).tiles), ['roomy', 'broad', 'broad', 'dense']);
  assert.deepEqual([4, 5].map((tiles) => division(tiles, 1).crowded), [false, true]);
  assert.deepEqual([4, 5].map((counters) => division(1, counters).rows), ['roomy', 'dense']);
  assert.deepEqual([8, 9].map((counters) => division(1, counters).lists), [1, 2]);
});

const office = { hours: { open: '09:00', close: '18:00', lunch: ['12:00', '13:00'] } };

/** A board with windows in these states, at 10:00 of a Monday. */
function board(status, states, { waiting = 0, calls = [call(1)], at = '2026-11-23T10:00:00+09:00' } = {}) {
  const windows = states.map((state, i) => ({ id: i + 1, state }));
  return { status, windows, calls, at, day: '2026-11-23', counters: [{ id: 'a', waiting }] };
}

test('a call is shown while its number is at a window, and why nobody is called otherwise', () => {
  const scenes = [
    [board('open', ['serving', 'closed']), 'call'],
    [board('open', ['idle', 'closed']), 'between'],
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

test('half an hour before the end the office says until when it is open', () => {
  const status = (time, facts = office) => {
    const { key, params } = statusOf(facts, board('open', [], { at: `2026-11-23T${time}:00+09:00` }));
    return [key, params.time];
  };
  assert.deepEqual(status('17:29'), ['common.status.open', undefined]);
  assert.deepEqual(status('17:30'), ['display.closes', '18:00']);
  assert.deepEqual(status('17:59'), ['display.closes', '18:00']);
  // A demo is open at any hour.
  assert.deepEqual(status('18:00'), ['common.status.open', undefined]);
  assert.deepEqual(status('17:45', { hours: null }), ['common.status.open', undefined]);
  const closed = board('closed', [], { at: '2026-11-23T17:45:00+09:00' });
  assert.equal(statusOf(office, closed).key, 'common.status.closed');
});
