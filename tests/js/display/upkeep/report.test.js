import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AGAIN_MS, ASK_MS, REPORT_MS, Reporter } from '../../../../display/upkeep/report.js';

/** A reporter whose service answers what `answer(path, options)` gives, or throws. */
function build(answer) {
  const sent = [];
  const heard = [];
  const timers = new Map();
  let ids = 0;
  const reporter = new Reporter({ office: 'passport', name: '입구 TV', key: 'k' }, () => ({ version: 3 }), {
    api: async (path, options) => {
      sent.push([options.method ?? 'GET', path, options.body]);
      assert.deepEqual(options.headers, { Authorization: 'Bearer k' });
      return answer(path, options);
    },
    random: () => 0.5,
    setTimeout: (step, ms) => timers.set(++ids, { step, ms }) && ids,
    clearTimeout: (id) => timers.delete(id),
  });
  for (const name of ['orders', 'build', 'refused']) {
    reporter.addEventListener(name, ({ detail }) => heard.push([name, detail]));
  }
  const planned = () => [...timers.values()].map(({ ms }) => ms).sort((a, b) => a - b);
  const pass = async (ms) => {
    const [id, timer] = [...timers].find(([, one]) => one.ms === ms);
    timers.delete(id);
    await timer.step();
  };
  return { reporter, sent, heard, planned, pass };
}

const PATH = `/offices/passport/screens/${encodeURIComponent('입구 TV')}`;

test('it reports every 30 s, asks for orders every 3 s, and tells what it hears', async () => {
  const order = { id: 'a', order: 'identify' };
  const one = build((path) => (path.endsWith('/orders') ? { orders: [order] } : { orders: [], build: 'b' }));
  await one.reporter.start();
  assert.deepEqual(one.planned(), [ASK_MS, REPORT_MS]);
  assert.deepEqual(one.heard, [['refused', null], ['build', 'b'], ['orders', []]]);
  await one.pass(ASK_MS);
  assert.deepEqual(one.heard.at(-1), ['orders', [order]]);
  await one.pass(REPORT_MS);
  assert.deepEqual(one.planned(), [ASK_MS, REPORT_MS]);
  assert.deepEqual(one.sent, [['POST', PATH, { version: 3 }], ['GET', `${PATH}/orders`, undefined], ['POST', PATH, { version: 3 }]]);
});

test('a service that is away is asked again soon, and not for orders', async () => {
  const one = build(() => {
    throw Object.assign(new Error('away'), { status: 503, code: 'store_unavailable' });
  });
  await one.reporter.start();
  assert.deepEqual(one.planned(), [ASK_MS, AGAIN_MS.away]);
  await one.pass(ASK_MS);
  assert.equal(one.sent.length, 1);
  assert.deepEqual(one.heard, []);
});

test('a key that is refused is tried again now and then', async () => {
  const one = build(() => {
    throw Object.assign(new Error('no'), { status: 401, code: 'unauthenticated' });
  });
  await one.reporter.start();
  assert.deepEqual(one.planned(), [ASK_MS, AGAIN_MS.refused]);
  assert.deepEqual(one.heard, [['refused', 'unauthenticated']]);
});

test('a report that is made at once takes the place of the next one', async () => {
  const one = build(() => ({ orders: [], build: 'b' }));
  await one.reporter.start();
  await Promise.all([one.reporter.report(), one.reporter.report()]);
  assert.deepEqual(one.planned(), [ASK_MS, REPORT_MS]);
});
