import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Problem } from '../../../clients/lib/api.js';
import { TicketRequests } from '../../../clients/lib/ticket-requests.js';

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

test('a request is sent with its own key and the device key', async () => {
  const { api, calls } = scripted({ number: 101 }, { number: 102 });
  const requests = new TicketRequests(api, { headers: () => ({ Authorization: 'Bearer x' }) });
  assert.deepEqual(await requests.send(wish), { number: 101 });
  assert.deepEqual(await requests.send(wish), { number: 102 });
  assert.equal(calls[0].path, '/offices/passport/counters/apply/tickets');
  assert.equal(calls[0].method, 'POST');
  assert.deepEqual(calls[0].headers, { Authorization: 'Bearer x' });
  assert.notEqual(calls[0].key, calls[1].key);
});

test('asked again after no answer, the same wish is the same request', async () => {
  const { api, calls } = scripted(lost(), new Problem({ status: 503, code: 'not_confirmed' }), { number: 101 });
  const requests = new TicketRequests(api);
  await assert.rejects(requests.send(wish));
  assert.deepEqual(requests.unanswered, wish);
  await assert.rejects(requests.send(wish));
  await requests.send(wish);
  assert.equal(new Set(calls.map(({ key }) => key)).size, 1);
  assert.equal(requests.unanswered, null);
});

test('a refusal ends the request, and so does the person leaving', async () => {
  const { api, calls } = scripted(new Problem({ status: 409, code: 'counter_full' }), lost(), { number: 101 });
  const requests = new TicketRequests(api);
  await assert.rejects(requests.send(wish));
  assert.equal(requests.unanswered, null);
  await assert.rejects(requests.send(wish));
  requests.forget();
  await requests.send(wish);
  assert.equal(new Set(calls.map(({ key }) => key)).size, 3);
});

test('another wish is another request', async () => {
  const { api, calls } = scripted(lost(), { number: 701 });
  const requests = new TicketRequests(api);
  await assert.rejects(requests.send(wish));
  await requests.send(other);
  assert.notEqual(calls[0].key, calls[1].key);
});

test('while one request is being sent another does nothing', async () => {
  const { api, calls } = scripted({ number: 101 });
  const requests = new TicketRequests(api);
  const first = requests.send(wish);
  assert.equal(requests.inFlight, true);
  assert.equal(await requests.send(other), null);
  await first;
  assert.equal(calls.length, 1);
  assert.equal(requests.inFlight, false);
});

test('a request that is kept survives a reload', async () => {
  let kept = null;
  const memory = { read: () => kept, write: (value) => (kept = structuredClone(value)) };
  const before = scripted(lost());
  await assert.rejects(new TicketRequests(before.api, { memory }).send(wish));
  const after = scripted({ number: 101 });
  const requests = new TicketRequests(after.api, { memory });
  await requests.send(requests.unanswered);
  assert.equal(after.calls[0].key, before.calls[0].key);
  assert.equal(kept, null);
});
