import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { actions, arrives, clockFace, ended, hasWait, rings, scene, secondsLeft, tells } from '../../../clients/pages/ticket/scene.js';

const ticket = {
  id: 'a', office: 'passport', counter: 'apply', day: '2026-11-23', number: 115, state: 'waiting', channel: 'online', arrived: true,
  ahead: 12, recalls: 0, window: null, turn_passed: false, arrive_by: null,
};
const as = (changes) => ({ ...ticket, ...changes });
const called = as({ state: 'called', ahead: 0, window: 3 });

const SCENES = [
  [as({}), 'waiting'],
  [as({ ahead: 3 }), 'soon'],
  [as({ ahead: 0 }), 'next'],
  [as({ arrived: false }), 'arrive'],
  [as({ arrived: false, ahead: 3 }), 'arrive_soon'],
  [as({ arrived: false, ahead: 0, turn_passed: true }), 'turn_passed'],
  [called, 'called'],
  ...['held', 'no_show', 'served', 'cancelled', 'expired'].map((state) => [as({ state, ahead: null }), state]),
];

test('each moment of a ticket has its scene, and each scene its words', async () => {
  const words = JSON.parse(await readFile(new URL('../../../clients/lib/lang/ko.json', import.meta.url), 'utf8'));
  for (const [moment, expected] of SCENES) {
    assert.equal(scene(moment), expected);
    assert.ok(words[`ticket.scene.${expected}.title`], expected);
    assert.ok(words[`ticket.scene.${expected}.text`], expected);
  }
});

test('arriving and cancelling are offered while they are possible', () => {
  assert.deepEqual(actions(as({ arrived: false })), { arrive: true, cancel: true });
  assert.deepEqual(actions(as({})), { arrive: false, cancel: true });
  assert.deepEqual(actions(called), { arrive: false, cancel: false });
  assert.deepEqual(actions(as({ state: 'held' })), { arrive: false, cancel: true });
});

test('a no-show is not the end: it can be called again', () => {
  assert.equal(ended(as({ state: 'no_show' })), false);
  for (const state of ['served', 'cancelled', 'expired']) assert.equal(ended(as({ state })), true);
});

test('a call rings, and each recall again, but not the page just opened', () => {
  assert.equal(rings(null, called), false);
  assert.equal(rings(ticket, called), true);
  assert.equal(rings(called, called), false);
  assert.equal(rings(called, { ...called, recalls: 1 }), true);
  assert.equal(rings(called, { ...called, window: 4 }), true);
  assert.equal(rings(as({ arrived: false }), as({ arrived: false, turn_passed: true })), true);
  assert.equal(rings(as({ ahead: 1 }), as({ ahead: 0 })), false);
});

test('a screen reader hears marks, not every step', () => {
  assert.equal(tells(null, ticket), false);
  assert.equal(tells(as({ ahead: 12 }), as({ ahead: 11 })), false);
  assert.equal(tells(as({ ahead: 11 }), as({ ahead: 10 })), true);
  assert.equal(tells(as({ ahead: 14 }), as({ ahead: 8 })), true);
  assert.equal(tells(as({ ahead: 8 }), as({ ahead: 9 })), false);
  assert.equal(tells(as({ ahead: 1 }), called), true);
  assert.equal(tells(called, { ...called, recalls: 1 }), true);
});

test('an arrival is news of its own', () => {
  const away = as({ arrived: false });
  assert.equal(arrives(away, ticket), true);
  assert.equal(tells(away, ticket), true);
  assert.equal(arrives(as({ arrived: false, turn_passed: true }), as({ ahead: 0 })), true);
  assert.equal(arrives(null, ticket), false);
  assert.equal(arrives(ticket, ticket), false);
  assert.equal(arrives(away, called), false);
});

test('the time that is left to arrive', () => {
  const by = as({ arrive_by: '2026-11-23T10:20:00+09:00' });
  assert.equal(secondsLeft(by, Date.parse('2026-11-23T10:07:55+09:00')), 725);
  assert.equal(secondsLeft(by, Date.parse('2026-11-23T10:30:00+09:00')), 0);
  assert.equal(secondsLeft(ticket, Date.now()), null);
  assert.equal(clockFace(725), '12:05');
  assert.equal(clockFace(9), '0:09');
});

test('a holder is told a wait while in line, and not that they are called now before they are there', () => {
  const shown = SCENES.filter(([moment]) => hasWait(moment)).map(([, name]) => name);
  assert.deepEqual(shown, ['waiting', 'soon', 'next', 'arrive', 'arrive_soon']);
  const now = { wait: { word: 'now' } };
  assert.deepEqual([as({ ahead: 0, ...now }), as({ arrived: false, ahead: 0, ...now })].map(hasWait), [true, false]);
});
