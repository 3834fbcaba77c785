import assert from 'node:assert/strict';
import { test } from 'node:test';

import { remark } from '../../../display/lists.js';

const words = { t: (key, params) => [key, ...Object.values(params ?? {})].join(' '), name: ({ ko }) => ko };
const said = (counter, options) => remark({ ticketing: 'open', paused_for: null, left: null, wait: null, ...counter }, options)?.text(words) ?? null;

test('what keeps people from a counter’s numbers comes before how likely they are called today', () => {
  const wait = { served_today: 0.65 };
  assert.equal(said({ ticketing: 'paused', paused_for: { ko: '전산 점검' }, wait }), '전산 점검');
  assert.equal(said({ ticketing: 'full', wait }), 'display.ticketing.full');
  assert.equal(said({ left: 8, wait }), 'display.left 8');
  assert.equal(said({ wait }), 'served.short 65');
  assert.equal(said({ wait: { served_today: null } }), null);
});

test('where rows are low, only what keeps people from numbers is said', () => {
  assert.equal(said({ wait: { served_today: 0.65 } }, { short: true }), null);
  assert.equal(said({ left: 8 }, { short: true }), 'display.left 8');
});
