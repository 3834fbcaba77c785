import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { Orders } from '../../../../display/upkeep/orders.js';
import { testCall } from '../../../../display/upkeep/test-call.js';
import { emptyStorages } from '../../storage.js';

beforeEach(emptyStorages);

function build() {
  const done = [];
  return { done, orders: new Orders({ reload: () => done.push('reload'), identify: () => done.push('identify') }) };
}

test('an order is carried out once, also after a reload', () => {
  const first = build();
  const order = { id: '1', order: 'reload' };
  assert.equal(first.orders.take([order]), true);
  assert.equal(first.orders.take([order]), false);
  const after = build();
  assert.equal(after.orders.take([order, { id: '2', order: 'identify' }]), true);
  assert.deepEqual([first.done, after.done], [['reload'], ['identify']]);
  assert.deepEqual(after.orders.begun, ['1', '2']);
});

test('an order of a newer service is passed over', () => {
  const { orders, done } = build();
  assert.equal(orders.take([{ id: '1', order: 'dance' }]), true);
  assert.deepEqual([done, orders.begun], [[], ['1']]);
});

test('it remembers as many as a report may name', () => {
  const { orders } = build();
  for (let i = 0; i < 30; i++) orders.take([{ id: `${i}`, order: 'identify' }]);
  assert.equal(orders.begun.length, 10);
  assert.equal(orders.begun.at(-1), '29');
});

test('nobody in the room has the number of a test call', () => {
  const office = { counters: [{ numbers: [1, 99] }, { numbers: [101, 999] }], windows: [{ id: 4 }] };
  assert.deepEqual(testCall(office), { number: 100, window: 4, again: false });
  assert.deepEqual(testCall(null), { number: 1, window: 1, again: false });
});
