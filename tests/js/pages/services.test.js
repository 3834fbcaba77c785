import assert from 'node:assert/strict';
import { test } from 'node:test';

import { select } from '../../../clients/pages/city/office-list.js';
import { OwnOffices } from '../../../clients/pages/city/own-offices.js';
import { distances, ranked, services } from '../../../clients/pages/city/services.js';
import { emptyStorages } from '../storage.js';

const HALL = { lat: 37.738, lon: 127.034 };
const office = (id, counters, rest = {}) => ({
  id, counters: counters.map(([counter, ko]) => ({ id: counter, name: { ko } })), status: 'open', hours: null, location: HALL,
  name: { ko: id }, address: null, kind: 'dong', ...rest,
});
const wait = (minutes, low, high) => ({ minutes, low, high, word: 'minutes', resumes: null });
const board = (id, said, rest = {}) => [id, { status: 'open', stale: false, counters: [{ id: 'move', ticketing: 'open', wait: said }], ...rest }];
const NOON = new Date('2026-11-25T12:00:00+09:00');
const order = (offices, boards, more = {}) =>
  ranked(offices, new Map(boards), 'move', { position: null, now: NOON, alwaysOpen: false, ...more })
    .map(({ office: { id }, note }) => (note ? `${id} ${note}` : id));

const move = [['move', '전입신고']];

test('a service has the name that most offices give it, and says how many give it', () => {
  const offices = [office('a', [['general', '통합']]), office('b', [['general', '통합민원'], ['seal', '인감']]), office('c', [['general', '통합민원']])];
  assert.deepEqual(services(offices), [
    { id: 'general', name: { ko: '통합민원' }, count: 3 },
    { id: 'seal', name: { ko: '인감' }, count: 1 },
  ]);
});

test('the best is called fastest only where it is clearly better than all others', () => {
  const offices = ['a', 'b', 'c'].map((id) => office(id, move));
  assert.deepEqual(order(offices, [board('a', wait(60, 45, 80)), board('b', wait(3, 1, 6)), board('c', wait(50, 40, 70))]), ['b fastest', 'c', 'a']);
  assert.deepEqual(order(offices, [board('a', wait(60, 45, 80)), board('b', wait(3, 1, 6)), board('c', wait(4, 1, 8))]), ['b small', 'c small', 'a']);
  assert.deepEqual(order(offices, [board('a', wait(9, 5, 14)), board('b', wait(3, 1, 6)), board('c', wait(7, 4, 13))]), ['b small', 'c small', 'a small']);
});

test('where one wait is known there is nothing to compare', () => {
  const offices = ['a', 'b'].map((id) => office(id, move));
  assert.deepEqual(order(offices, [board('a', null), board('b', wait(3, 1, 6))]), ['b', 'a']);
});

test('offices that are closed, or give no numbers, are last, and old facts are no facts', () => {
  const offices = ['paused', 'closed', 'old', 'lunch', 'unheard'].map((id) => office(id, move, { status: id === 'closed' ? 'closed' : 'open' }));
  const paused = board('paused', wait(0, 0, 1));
  paused[1].counters[0].ticketing = 'paused';
  const boards = [
    paused,
    board('closed', wait(0, 0, 1), { status: 'closed' }),
    board('old', wait(1, 0, 2), { stale: true }),
    board('lunch', { ...wait(65, 60, 70), word: 'after_closure', resumes: '13:00' }, { status: 'lunch' }),
  ];
  assert.deepEqual(order(offices, boards), ['lunch', 'old', 'unheard', 'paused', 'closed']);
});

test('an office that closes before anybody is there is no choice, but a demo never closes', () => {
  const far = { lat: 37.7, lon: 127.034 };
  const offices = [office('here', move), office('far', move, { location: far, hours: { open: '09:00', close: '12:15', lunch: null } })];
  const boards = [board('here', wait(60, 45, 80)), board('far', wait(0, 0, 0))];
  assert.deepEqual(order(offices, boards, { position: HALL }), ['here', 'far']);
  assert.deepEqual(order(offices, boards, { position: HALL, alwaysOpen: true }), ['far fastest', 'here']);
});

test('only offices that give the service', () => {
  assert.deepEqual(order([office('a', [['seal', '인감']]), office('b', move)], []), ['b']);
});

test('own offices first, or the nearest where the place is known', () => {
  const places = [[37.8, 'far'], [37.738, 'near'], [null, 'nowhere']];
  const offices = places.map(([lat, id]) => office(id, [], { location: lat && { lat, lon: 127.034 } }));
  const isOwn = (id) => id === 'nowhere';
  const ids = (wish, visitor) => select(offices, new Map(), wish, visitor).map(({ id }) => id);
  assert.deepEqual(ids({}, { isOwn }), ['nowhere', 'far', 'near']);
  assert.deepEqual(ids({ sort: 'name' }, { isOwn }), ['far', 'near', 'nowhere']);
  const metres = distances(offices, HALL);
  assert.deepEqual(ids({}, { isOwn, metres }), ['near', 'far', 'nowhere']);
  assert.equal(distances(offices, null).get('near'), null);
});

test('own offices are remembered in this browser, and what is kept there may be anything', () => {
  emptyStorages();
  const own = new OwnOffices();
  own.turn('howon1');
  own.turn('jangam');
  own.turn('jangam');
  assert.deepEqual([own.has('howon1'), own.has('jangam')], [true, false]);
  assert.equal(new OwnOffices().has('howon1'), true);
  own.turn('howon1');
  assert.equal(localStorage.getItem('sunbeon.own-offices'), null);
  localStorage.setItem('sunbeon.own-offices', '{"a": 1}');
  assert.equal(new OwnOffices().has('a'), false);
});
