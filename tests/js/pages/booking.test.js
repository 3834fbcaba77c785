import assert from 'node:assert/strict';
import { test } from 'node:test';

import { choices, whyNot } from '../../../clients/pages/booking/online-counters.js';

const named = (id) => ({ ko: id, en: id });
const office = (id, ...counters) => ({ id, name: named(id), counters });
const online = (id) => ({ id, name: named(id), online: true });
const board = (waiting, ticketing = 'open', online = ticketing) => ({ counters: [{ id: 'apply', waiting, ticketing, online }] });

test('only offices with an online counter are offered, the shortest open line first', () => {
  const offices = [
    office('paused', online('apply')),
    office('long', online('apply')),
    office('none', { id: 'apply', name: named('apply'), online: false }),
    office('short', online('apply'), { id: 'pickup', name: named('pickup'), online: false }),
    office('silent', online('apply')),
  ];
  const boards = new Map([['paused', board(0, 'paused')], ['long', board(30)], ['short', board(2)]]);
  const list = choices(offices, boards);
  assert.deepEqual(list.map(({ office: { id } }) => id), ['short', 'long', 'paused', 'silent']);
  assert.deepEqual(list[0].counters, [{ id: 'apply', name: named('apply'), waiting: 2, ticketing: 'open', pausedFor: null, left: null, wait: null }]);
  assert.equal(list[3].counters[0].ticketing, 'unknown');
});

test('an office whose online numbers are paused comes after those that give them', () => {
  const offices = [office('paused', online('apply')), office('open', online('apply'))];
  const list = choices(offices, new Map([['paused', board(0, 'open', 'paused')], ['open', board(9)]]));
  assert.deepEqual(list.map(({ counters: [{ ticketing }] }) => ticketing), ['open', 'online_paused']);
});

test('why no number can be taken', () => {
  const states = [['open', 'open'], ['paused', 'paused'], ['open', 'paused'], ['full', 'open'], ['closed', 'closed'], ['open', null]];
  const reasons = states.map(([ticketing, online]) => whyNot({ counters: [{ id: 'apply', ticketing, online }] }, 'apply'));
  assert.deepEqual(reasons, [
    null,
    'booking.problem.counter_paused',
    'booking.problem.online_paused',
    'booking.problem.counter_full',
    'booking.problem.office_closed',
    'booking.problem.office_closed',
  ]);
  const done = { id: 'apply', ticketing: 'full', online: 'open', left: 0 };
  assert.equal(whyNot({ counters: [done] }, 'apply'), 'booking.problem.limit_reached');
  assert.equal(whyNot(undefined, 'apply'), null);
  assert.equal(whyNot({ counters: [] }, 'apply'), null);
});
