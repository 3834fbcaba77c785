import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ofDay, today, withTicket } from '../../../clients/lib/my-tickets.js';

const ticket = { id: 'a', office: 'passport', counter: 'apply', day: '2026-11-23', number: 115, state: 'waiting', ahead: 12 };

test('tickets are remembered for their day', () => {
  const kept = withTicket(withTicket(null, ticket), { ...ticket, id: 'b', number: 116 });
  assert.deepEqual(kept.map(({ id }) => id), ['b', 'a']);
  assert.deepEqual(Object.keys(kept[0]).sort(), ['counter', 'day', 'id', 'number', 'office']);
  assert.deepEqual(withTicket(kept, ticket).map(({ id }) => id), ['a', 'b']);
  assert.deepEqual(ofDay(kept, '2026-11-24'), []);
  assert.deepEqual(ofDay('nonsense', '2026-11-23'), []);
  assert.deepEqual(ofDay([null, { day: '2026-11-23' }], '2026-11-23'), []);
});

test("the day is Seoul's", () => {
  assert.equal(today(new Date('2026-11-22T15:00:00Z')), '2026-11-23');
  assert.equal(today(new Date('2026-11-22T14:59:59Z')), '2026-11-22');
});
