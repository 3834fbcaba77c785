import assert from 'node:assert/strict';
import { test } from 'node:test';

import { whyNot } from '../../clients/booking/choices.js';
import { opening } from '../../clients/shared/opening.js';

const HOURS = { open: '09:00', close: '18:00', lunch: ['12:00', '13:00'] };
const at = (clock) => new Date(`2026-11-23T${clock}:00+09:00`);
const board = (status, ...states) => ({ status, windows: states.map((state, i) => ({ id: i + 1, state })) });

test('an office without an open window says so, and when it opens', () => {
  const none = board('open', 'closed', 'closed');
  const hours = { key: 'common.opening.preparing_hours', params: { open: '09:00', close: '18:00' } };
  assert.deepEqual(opening(none, HOURS, at('08:59')), { key: 'common.opening.preparing_from', params: { time: '09:00' } });
  assert.deepEqual(opening(none, HOURS, at('09:00')), hours);
  assert.deepEqual(opening(none, HOURS, at('12:30')), { key: 'common.opening.preparing_from', params: { time: '13:00' } });
  assert.deepEqual(opening(none, HOURS, at('13:00')), hours);
  assert.deepEqual(opening(none, { ...HOURS, lunch: null }, at('12:30')), hours);
  assert.deepEqual(opening(none, HOURS, at('18:00')), { key: 'common.opening.preparing', params: {} });
  assert.deepEqual(opening(none, null, at('08:00')), { key: 'common.opening.preparing', params: {} });
  assert.equal(opening(board('open', 'closed', 'idle'), HOURS, at('08:59')), null);
  assert.equal(opening(board('open', 'serving'), HOURS, at('10:00')), null);
});

test('an office that is not open says when it will be today', () => {
  assert.deepEqual(opening(board('closed', 'closed'), HOURS, at('07:30')), { key: 'common.opening.later', params: { time: '09:00' } });
  assert.equal(opening(board('closed', 'closed'), HOURS, at('18:30')), null);
  assert.equal(opening(board('closed', 'closed'), null, at('07:30')), null);
  assert.deepEqual(opening(board('lunch', 'closed'), HOURS, at('12:10')), { key: 'common.opening.lunch', params: { time: '13:00' } });
  assert.equal(opening(board('holiday', 'closed'), null, at('10:00')), null);
});

test('why no number can be taken', () => {
  const counters = ['open', 'paused', 'full', 'closed'].map((ticketing) => ({ id: ticketing, ticketing }));
  const reasons = counters.map(({ id }) => whyNot({ counters }, id));
  assert.deepEqual(reasons, [
    null, 'booking.problem.counter_paused', 'booking.problem.counter_full', 'booking.problem.office_closed',
  ]);
  assert.equal(whyNot(undefined, 'open'), null);
});
