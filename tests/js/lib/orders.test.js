import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Problem } from '../../../clients/lib/api.js';
import { Orders } from '../../../clients/lib/orders.js';

const wish = { office: 'passport', counter: 'apply', body: { channel: 'walk_in', priority: 'none', lang: 'ko' } };
const other = { ...wish, counter: 'pickup' };

/** An api that answers in turn with what is given (an Error is thrown), and remembers what it was asked. */
function scripted(...answers) {
  const calls = [];
  const api = async (path, options) => {
    calls.push({ path, ...options });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { api, calls };
}

const lost = () => new Problem({ status: 0, code: 'network' });

test('an order is sent with its own key and the device key', async () => {
  const { api, calls } = scripted({ number: 101 }, { number: 102 });
  const orders = new Orders(api, { headers: () => ({ Authorization: 'Bearer x' }) });
  assert.deepEqual(await orders.ask(wish), { number: 101 });
  assert.deepEqual(await orders.ask(wish), { number: 102 });
  assert.equal(calls[0].path, '/offices/passport/counters/apply/tickets');
  assert.equal(calls[0].method, 'POST');
  assert.deepEqual(calls[0].headers, { Authorization: 'Bearer x' });
  assert.notEqual(calls[0].key, calls[1].key);
});

test('asked again after no answer, the same wish is the same order', async () => {
  const { api, calls } = scripted(lost(), new Problem({ status: 503, code: 'not_confirmed' }), { number: 101 });
  const orders = new Orders(api);
  await assert.rejects(orders.ask(wish));
  assert.deepEqual(orders.open, wish);
  await assert.rejects(orders.ask(wish));
  await orders.ask(wish);
  assert.equal(new Set(calls.map(({ key }) => key)).size, 1);
  assert.equal(orders.open, null);
});

test('a refusal ends the order, and so does the person leaving', async () => {
  const { api, calls } = scripted(new Problem({ status: 409, code: 'counter_full' }), lost(), { number: 101 });
  const orders = new Orders(api);
  await assert.rejects(orders.ask(wish));
  assert.equal(orders.open, null);
  await assert.rejects(orders.ask(wish));
  orders.forget();
  await orders.ask(wish);
  assert.equal(new Set(calls.map(({ key }) => key)).size, 3);
});

test('another wish is another order', async () => {
  const { api, calls } = scripted(lost(), { number: 701 });
  const orders = new Orders(api);
  await assert.rejects(orders.ask(wish));
  await orders.ask(other);
  assert.notEqual(calls[0].key, calls[1].key);
});

test('while one press is under way another does nothing', async () => {
  const { api, calls } = scripted({ number: 101 });
  const orders = new Orders(api);
  const first = orders.ask(wish);
  assert.equal(orders.underWay, true);
  assert.equal(await orders.ask(other), null);
  await first;
  assert.equal(calls.length, 1);
  assert.equal(orders.underWay, false);
});

test('an order that is kept survives a reload', async () => {
  let kept = null;
  const memory = { read: () => kept, write: (value) => (kept = structuredClone(value)) };
  const before = scripted(lost());
  await assert.rejects(new Orders(before.api, { memory }).ask(wish));
  const after = scripted({ number: 101 });
  const orders = new Orders(after.api, { memory });
  await orders.ask(orders.open);
  assert.equal(after.calls[0].key, before.calls[0].key);
  assert.equal(kept, null);
});
