import assert from 'node:assert/strict';
import { test } from 'node:test';

import { placeOf, ROOM_PX } from '../../../../display/upkeep/burn-in.js';

test('the page moves 2 px at a time through all of its room, for ever', () => {
  const places = Array.from({ length: 200 }, (_, n) => placeOf(n));
  for (const [i, [x, y]] of places.entries()) {
    assert.ok(Math.min(x, y) >= -ROOM_PX && Math.max(x, y) <= 0);
    const [beforeX, beforeY] = places[Math.max(0, i - 1)];
    assert.ok(Math.abs(x - beforeX) + Math.abs(y - beforeY) <= 2, `${i}: ${x}, ${y}`);
  }
  assert.equal(new Set(places.map(String)).size, (ROOM_PX / 2 + 1) ** 2);
});
