import assert from 'node:assert/strict';
import { test } from 'node:test';

import { select, summary, takesOnline } from '../../../clients/pages/city/office-list.js';

const office = (id, kind, ko, en, rest = {}) => ({ id, kind, name: { ko, en }, address: null, status: 'open', counters: [], ...rest });
const offices = [
  office('passport', 'passport', '여권민원실', 'Passport Office', { counters: [{ id: 'apply', online: true }] }),
  office('howon1', 'dong', '호원1동 주민센터', 'Howon 1-dong', { address: '평화로230번길 12-9' }),
  office('howon2', 'dong', '호원2동 주민센터', 'Howon 2-dong'),
  office('jangam', 'dong', '장암동 주민센터', 'Jangam-dong', { status: 'closed' }),
];
const board = (id, people, status = 'open', ticketing = 'open', online = ticketing) =>
  [id, { status, counters: [{ id: 'apply', waiting: people, ticketing, online }] }];
const boards = new Map([board('passport', 9), board('howon1', 3), board('howon2', 0), board('jangam', 0, 'closed')]);

const ids = (wish) => select(offices, boards, wish).map(({ id }) => id);

test('without a wish, all of them in the city’s order', () => {
  assert.deepEqual(ids(), ['passport', 'howon1', 'howon2', 'jangam']);
});

test('by kind, and only those open now', () => {
  assert.deepEqual(ids({ kind: 'dong', open: true }), ['howon1', 'howon2']);
});

test('search finds part of a name in any language, or of an address, whatever spaces and case', () => {
  assert.deepEqual(ids({ search: '호원 1' }), ['howon1']);
  assert.deepEqual(ids({ search: 'HOWON1' }), ['howon1']);
  assert.deepEqual(ids({ search: '평화로' }), ['howon1']);
  assert.deepEqual(ids({ search: 'Seoul' }), []);
});

test('the fewest waiting first, closed offices last', () => {
  assert.deepEqual(ids({ sort: 'waiting' }), ['howon2', 'howon1', 'passport', 'jangam']);
});

test('by name in the language of the page', () => {
  assert.deepEqual(ids({ sort: 'name', lang: 'en' }), ['howon1', 'howon2', 'jangam', 'passport']);
  assert.deepEqual(ids({ sort: 'name', lang: 'ko' }), ['passport', 'jangam', 'howon1', 'howon2']);
});

test('the summary counts offices, those open, and people', () => {
  assert.deepEqual(summary(offices, boards), { offices: 4, open: 3, waiting: 12 });
});

test('online tickets only where a counter takes them now', () => {
  assert.ok(takesOnline(offices[0], boards.get('passport')));
  assert.ok(!takesOnline(offices[0], board('passport', 9, 'open', 'paused')[1]));
  assert.ok(!takesOnline(offices[0], board('passport', 9, 'open', 'open', 'paused')[1]));
  assert.ok(!takesOnline(offices[0], undefined));
  assert.ok(!takesOnline(offices[1], boards.get('howon1')));
});
