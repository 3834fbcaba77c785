import assert from 'node:assert/strict';
import { test } from 'node:test';

import { asked, parseWindows, Share } from '../../../display/share.js';

test('windows are named one by one and from one to another', () => {
  assert.deepEqual(parseWindows('1-4'), [[1, 4]]);
  assert.deepEqual(parseWindows('1, 3,5-7'), [[1, 1], [3, 3], [5, 7]]);
  for (const bad of ['', 'a', '4-1', '1-', '-3', '1,,2', '1-2-3', '1.5', '1000']) assert.equal(parseWindows(bad), null, bad);
});

const office = {
  id: 'hall',
  counters: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
  windows: [{ id: 1, counters: ['a'] }, { id: 2, counters: ['a', 'b'] }, { id: 3, counters: ['c'] }],
};
const board = {
  office: 'hall',
  version: 7,
  counters: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
  windows: [{ id: 1 }, { id: 2 }, { id: 3 }],
  calls: [{ seq: 1, window: 1 }, { seq: 2, window: 3 }, { seq: 3, window: 2 }],
};
const ids = (list) => list.map(({ id }) => id);

test('a share has its windows, their calls, and the counters that they may serve', () => {
  const share = new Share(parseWindows('1-2'));
  const part = share.ofOffice(office);
  assert.deepEqual([ids(part.windows), ids(part.counters)], [[1, 2], ['a', 'b']]);
  const shown = share.ofBoard(board, part);
  assert.deepEqual([ids(shown.windows), ids(shown.counters), shown.calls.map(({ seq }) => seq)], [[1, 2], ['a', 'b'], [1, 3]]);
  assert.equal(shown.version, 7);
});

test('a whole office is left as it is, and a share without a window has none', () => {
  assert.equal(new Share().ofOffice(office), office);
  assert.equal(new Share().ofBoard(board, office), board);
  assert.deepEqual(new Share(parseWindows('20-30')).ofOffice(office).windows, []);
});

test('an address asks for an office, a share of it, or the sign of a window', () => {
  const lobby = asked({ pathname: '/display/howon1', search: '' });
  assert.deepEqual([lobby.office, lobby.window, lobby.share.has(99)], ['howon1', null, true]);
  const part = asked({ pathname: '/display/howon1/', search: '?windows=1-4' });
  assert.deepEqual([part.office, part.window, part.share.has(4), part.share.has(5)], ['howon1', null, true, false]);
  const sign = asked({ pathname: '/display/howon1/3', search: '?windows=1' });
  assert.deepEqual([sign.office, sign.window, sign.share.has(3), sign.share.has(1)], ['howon1', 3, true, false]);
  assert.equal(asked({ pathname: '/display/howon1', search: '?windows=all' }).share, null);
});
