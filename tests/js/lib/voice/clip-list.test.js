import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ClipList } from '../../../../clients/lib/voice/clip-list.js';

/** A list whose service gives these answers, one after another; `next()` is the moment of its next question. */
function listOf(...answers) {
  const timers = [];
  const fetch = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return { ok: true, json: async () => answer };
  };
  const list = new ClipList({ fetch, setTimeout: (work, ms) => timers.push({ work, ms }) });
  return { list, timers, next: () => timers.shift().work() };
}

const PREPARING = { state: 'preparing', help: null, languages: {} };
const READY = { state: 'ready', help: null, languages: {
  ko: { clips: { 1: { url: '/1', seconds: 0.4 } }, texts: { 처음으로: { url: '/2', seconds: 0.8 } } },
} };

test('it asks again soon while clips are being made, and seldom when all are there', async () => {
  const { list, timers, next } = listOf(PREPARING, READY);
  assert.equal(list.state, 'unknown');
  await list.follow();
  assert.equal(list.state, 'preparing');
  const soon = timers[0].ms;
  await next();
  assert.equal(list.state, 'ready');
  assert.deepEqual(Object.keys(list.of('ko')), ['1']);
  assert.equal(list.of('en'), null);
  assert.deepEqual(list.texts('en'), {});
  assert.equal(list.texts('ko')['처음으로'].url, '/2');
  assert.ok(timers[0].ms > 10 * soon);
});

test('it keeps what it knows while the service is away', async (t) => {
  t.mock.method(console, 'warn', () => {});
  const { list, next } = listOf(READY, new TypeError('network'), READY);
  await list.follow();
  await next();
  assert.equal(list.state, 'ready');
  await next();
});
