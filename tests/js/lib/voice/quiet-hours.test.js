import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isQuiet } from '../../../../clients/lib/voice/quiet-hours.js';

const at = (time) => new Date(`2026-11-23T${time}:00+09:00`);

test('it is quiet from the first minute to the last', () => {
  const lunch = [['12:00', '13:00']];
  const heard = ['11:59', '12:00', '12:59', '13:00'].map((time) => isQuiet(lunch, at(time)));
  assert.deepEqual(heard, [false, true, true, false]);
});

test('quiet hours go on over midnight', () => {
  const night = [['22:00', '07:00']];
  const heard = ['21:59', '22:00', '00:00', '06:59', '07:00'].map((time) => isQuiet(night, at(time)));
  assert.deepEqual(heard, [false, true, true, true, false]);
});

test('without hours it is never quiet', () => {
  assert.equal(isQuiet([], at('12:00')), false);
});
