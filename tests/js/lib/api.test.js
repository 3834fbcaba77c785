import assert from 'node:assert/strict';
import { test } from 'node:test';

import { api, newKey, Problem } from '../../../clients/lib/api.js';

/** A service that answers with each of `answers` in turn: a Response, or an Error for a line that breaks. */
function service(...answers) {
  const calls = [];
  let clock = 0;
  return {
    calls,
    tools: {
      fetch: async (url, init) => {
        calls.push({ url, ...init });
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      random: () => 0.5,
      sleep: async (ms) => {
        clock += ms;
      },
      now: () => clock,
    },
    waited: () => clock,
  };
}

const json = (body, init) => Response.json(body, init);
const problem = (status, code, headers = {}) =>
  json({ type: 'about:blank', title: 'Problem', status, detail: 'why', code, window: { id: 3 } }, { status, headers });

test('sends and receives JSON under /api/v1', async () => {
  const { calls, tools } = service(json({ ok: true }));
  assert.deepEqual(await api('/x', { method: 'POST', body: { a: 1 }, key: 'k', ...tools }), { ok: true });
  assert.equal(calls[0].url, '/api/v1/x');
  assert.equal(calls[0].body, '{"a":1}');
  assert.equal(calls[0].headers['Content-Type'], 'application/json');
  assert.equal(calls[0].headers['Idempotency-Key'], 'k');
});

test('204 is null', async () => {
  const { tools } = service(new Response(null, { status: 204 }));
  assert.equal(await api('/session', { method: 'DELETE', ...tools }), null);
});

test('a problem carries its code and extras', async () => {
  const { tools } = service(problem(409, 'window_changed'));
  await assert.rejects(api('/x', tools), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.status, 409);
    assert.equal(error.code, 'window_changed');
    assert.equal(error.detail, 'why');
    assert.deepEqual(error.data.window, { id: 3 });
    return true;
  });
});

test('an answer that is no JSON still has a code', async () => {
  const { tools } = service(new Response('<h1>Bad gateway</h1>', { status: 502 }));
  await assert.rejects(api('/x', tools), { status: 502, code: 'http_502' });
});

test('a broken line is a problem too', async () => {
  const { tools } = service(new TypeError('fetch failed'));
  await assert.rejects(api('/x', tools), { status: 0, code: 'network' });
});

test('with a key it repeats, with the same key, until there is an answer', async () => {
  const { calls, tools } = service(new TypeError('gone'), problem(503, 'store_unavailable'), json({ number: 7 }));
  assert.deepEqual(await api('/x', { method: 'POST', key: 'same', retry: 10_000, ...tools }), { number: 7 });
  assert.deepEqual(calls.map((call) => call.headers['Idempotency-Key']), ['same', 'same', 'same']);
});

test('it waits as long as the service asks', async () => {
  const { tools, waited } = service(problem(503, 'store_unavailable', { 'Retry-After': '2' }), json({}));
  await api('/x', { retry: 10_000, ...tools });
  assert.ok(waited() >= 2000);
});

test('an attempt that hangs leaves time for the next', async () => {
  const limits = [];
  const { calls, tools } = service(new DOMException('timed out', 'TimeoutError'), json({ number: 7 }));
  const timeLimit = (ms) => (limits.push(ms), AbortSignal.abort());
  const answer = await api('/x', { method: 'POST', key: 'same', retry: 9_000, ...tools, timeLimit });
  assert.deepEqual(answer, { number: 7 });
  assert.equal(calls.length, 2);
  assert.deepEqual(limits, [3_000, 3_000]);
  const once = service(json({}));
  await api('/x', { method: 'POST', ...once.tools, timeLimit });
  assert.equal(limits.at(-1), 10_000);
});

test('it gives up when the time is over', async () => {
  const answers = Array.from({ length: 50 }, () => problem(503, 'store_unavailable'));
  const { calls, tools, waited } = service(...answers);
  await assert.rejects(api('/x', { retry: 3000, ...tools }), { code: 'store_unavailable' });
  assert.ok(waited() <= 3000);
  assert.ok(calls.length > 2 && calls.length < 20);
});

test('a POST without a key is never repeated, and a refusal never', async () => {
  const post = service(new TypeError('gone'), json({}));
  await assert.rejects(api('/x', { method: 'POST', retry: 10_000, ...post.tools }), { code: 'network' });
  assert.equal(post.calls.length, 1);
  const refused = service(problem(409, 'counter_full'), json({}));
  await assert.rejects(api('/x', { method: 'POST', key: 'k', retry: 10_000, ...refused.tools }), { code: 'counter_full' });
  assert.equal(refused.calls.length, 1);
});

test("an aborted call throws the signal's reason", async () => {
  const { tools } = service(new DOMException('aborted', 'AbortError'));
  await assert.rejects(api('/x', { signal: AbortSignal.abort(new Error('left')), ...tools }), /left/);
});

test('keys are UUIDs of version 4 and differ', () => {
  assert.match(newKey(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(newKey(), newKey());
});
