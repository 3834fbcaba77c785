import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dayName, opening, opensAt } from '../../../clients/lib/opening-hours.js';

const HOURS = { open: '09:00', close: '18:00', lunch: ['12:00', '13:00'] };
const clock = (time) => new Date(`2026-11-23T${time}:00+09:00`);
const office = (status, ...states) => ({ status, windows: states.map((state, i) => ({ id: i + 1, state })) });

test('an office without an open window says so, and when it opens', () => {
  const none = office('open', 'closed', 'closed');
  const hours = { key: 'common.opening.preparing_hours', params: { open: '09:00', close: '18:00' } };
  assert.deepEqual(opening(none, HOURS, clock('08:59')), { key: 'common.opening.preparing_from', params: { time: '09:00' } });
  assert.deepEqual(opening(none, HOURS, clock('09:00')), hours);
  assert.deepEqual(opening(none, HOURS, clock('12:30')), { key: 'common.opening.preparing_from', params: { time: '13:00' } });
  assert.deepEqual(opening(none, HOURS, clock('13:00')), hours);
  assert.deepEqual(opening(none, { ...HOURS, lunch: null }, clock('12:30')), hours);
  assert.deepEqual(opening(none, HOURS, clock('18:00')), { key: 'common.opening.preparing', params: {} });
  assert.deepEqual(opening(none, null, clock('08:00')), { key: 'common.opening.preparing', params: {} });
  assert.equal(opening(office('open', 'closed', 'idle'), HOURS, clock('08:59')), null);
  assert.equal(opening(office('open', 'serving'), HOURS, clock('10:00')), null);
});

test('an office that is not open says when it will be today', () => {
  assert.deepEqual(opening(office('closed', 'closed'), HOURS, clock('07:30')), { key: 'common.opening.later', params: { time: '09:00' } });
  assert.equal(opening(office('closed', 'closed'), HOURS, clock('18:30')), null);
  assert.equal(opening(office('closed', 'closed'), null, clock('07:30')), null);
  assert.deepEqual(opening(office('lunch', 'closed'), HOURS, clock('12:10')), { key: 'common.opening.lunch', params: { time: '13:00' } });
  assert.equal(opening(office('holiday', 'closed'), null, clock('10:00')), null);
});

const board = (at) => ({ day: at.slice(0, 10), at });
const moment = (at) => new Date(at);

test('an office opens when the service says; where it says nothing, or it is past, nothing is said', () => {
  const late = board('2026-11-23T18:00:00+09:00');
  const tomorrow = '2026-11-24T09:00:00+09:00';
  assert.deepEqual(opensAt({ opens_at: tomorrow }, late), moment(tomorrow));
  assert.equal(opensAt({ opens_at: null }, late), null);
  assert.equal(opensAt({ opens_at: '2026-11-23T09:00:00+09:00' }, late), null);
});

test('days are named as people name them, in the city’s time', () => {
  const name = (at, lang) => dayName(moment(at), '2026-11-27', lang);
  assert.equal(name('2026-11-27T09:00:00+09:00', 'ko'), '오늘');
  assert.equal(name('2026-11-28T00:30:00+09:00', 'ko'), '내일');
  assert.equal(name('2026-11-28T00:30:00+09:00', 'en'), 'tomorrow');
  assert.equal(name('2026-11-30T09:00:00+09:00', 'ko'), '11월 30일 월요일');
  assert.equal(name('2026-11-30T09:00:00+09:00', 'en'), 'Monday, November 30');
});
