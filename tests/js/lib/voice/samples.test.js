import assert from 'node:assert/strict';
import { test } from 'node:test';

import { audible } from '../../../../clients/lib/voice/samples.js';

const RATE = 1000;
const sound = (...parts) => Float32Array.from(parts.flatMap(([seconds, level]) => Array(seconds * RATE).fill(level)));

test('silence at both ends is left out, all but a margin', () => {
  assert.deepEqual(audible(sound([0.3, 0.001], [0.5, -0.4], [0.2, 0]), RATE), { offset: 0.288, seconds: 0.524 });
});

test('silence within stays', () => {
  assert.equal(audible(sound([0.1, 0.5], [0.3, 0], [0.1, 0.5]), RATE).seconds, 0.5);
});

test('a sound that begins at once begins at once, and silence is whole', () => {
  assert.deepEqual(audible(sound([0.2, 0.5]), RATE), { offset: 0, seconds: 0.2 });
  assert.deepEqual(audible(sound([0.2, 0]), RATE), { offset: 0, seconds: 0.2 });
});
