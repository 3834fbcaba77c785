import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ago, timeOfDay } from '../../../clients/lib/time.js';

test('ages are in words, seconds in steps of five', () => {
  const now = new Date('2026-11-23T10:00:00Z');
  const back = (seconds) => new Date(now - seconds * 1000);
  assert.equal(ago(back(23), 'ko', now), '25초 전');
  assert.equal(ago(back(23), 'en', now), '25 seconds ago');
  assert.equal(ago(back(0), 'ko', now), '5초 전');
  assert.equal(ago(back(57), 'en', now), '1 minute ago');
  assert.equal(ago(back(119), 'en', now), '1 minute ago');
  assert.equal(ago(back(2 * 3600 + 5), 'ko', now), '2시간 전');
  assert.equal(ago(back(-30), 'en', now), '5 seconds ago');
});

test("times of day are the city's, whatever the machine's zone", () => {
  assert.equal(timeOfDay('2026-11-23T00:03:11Z'), '09:03');
  assert.equal(timeOfDay('2026-11-23T15:00:00Z', { seconds: true }), '00:00:00');
});
