import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { clockMinutes, distance, distanceText, isClearlyBetter, rank, total, travel } from '../../../clients/lib/nearby.js';

/** The service has to solve the same cases: tests/domain/test_nearby.py. */
const cases = JSON.parse(readFileSync(new URL('../../nearby.json', import.meta.url)));

const place = ([lat, lon]) => ({ lat, lon });
const sum = ([minutes, low, high]) => ({ minutes, low, high });
const waiting = (wait) => wait && { word: 'minutes', resumes: null, ...wait };

for (const { about, a, b, metres } of cases.distances) {
  test(`distance: ${about}`, () => assert.equal(distance(place(a), place(b)), metres));
}

for (const { about, metres, minutes } of cases.ways) {
  test(`way: ${about}`, () => assert.equal(travel(metres), minutes));
}

for (const { about, wait, metres, now, is } of cases.totals) {
  test(`total: ${about}`, () => assert.deepEqual(total(waiting(wait), metres, now), sum(is)));
}

for (const { about, a, b, is } of cases.better) {
  test(`better: ${about}`, () => assert.equal(isClearlyBetter(sum(a), sum(b)), is));
}

for (const { about, now, with_ways: withWays, offices, is } of cases.ranks) {
  test(`rank: ${about}`, () => {
    const candidates = offices.map(({ office, gives = true, wait = null, distance: metres = null, closes_in: closesIn = null }) =>
      ({ office, gives, wait: waiting(wait), distance: metres, closesIn }));
    assert.deepEqual(rank(candidates, now, withWays).map(({ office, clearlyBetter }) => [office, clearlyBetter]), is);
  });
}

test('a time of day in minutes', () => assert.equal(clockMinutes('13:05'), 785));

test('a distance as people say it', () => {
  assert.equal(distanceText(350, 'en'), '350 m');
  assert.equal(distanceText(1250, 'en'), '1.3 km');
});
