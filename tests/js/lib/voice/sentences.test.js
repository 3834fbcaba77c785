import assert from 'node:assert/strict';
import { test } from 'node:test';

import { choose, cover, oneAfterAnother, sentenceOf, wordsIn } from '../../../../clients/lib/voice/sentences.js';

/** Clips by these names; the URL of each says the same. */
const clips = (...names) => Object.fromEntries(names.map((name) => [name, { url: `/${name}`, seconds: 0.5 }]));
const range = (from, to, step = 1) => Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);
const spoken = (parts) => parts?.map((part) => part.name ?? part.pause);
const has = (...numbers) => (number) => numbers.includes(number);

const PHRASES = ['again', 'number', 'window'];
/** What a person records in a morning. */
const RECORDED = clips(...range(1, 99), ...range(100, 900, 100), ...range(1000, 9000, 1000), ...PHRASES);

test('a number is said with the fewest clips, the longest first', () => {
  assert.deepEqual(cover(1234, has(1234, 1000, 200, 34)), [1234]);
  assert.deepEqual(cover(1234, has(1200, 1000, 200, 34)), [1200, 34]);
  assert.deepEqual(cover(1234, has(1000, 234, 200, 34)), [1000, 234]);
  assert.deepEqual(cover(1234, has(1200, 34, 1000, 234)), [1200, 34]);
  assert.deepEqual(cover(1234, has(1000, 200, 30, 4)), [1000, 200, 30, 4]);
  assert.deepEqual(cover(1000, has(1000)), [1000]);
  assert.deepEqual(cover(1005, has(1000, 5)), [1000, 5]);
});

test('a number that the clips cannot say is not said in part', () => {
  assert.equal(cover(1234, has(1000, 34)), null);
  assert.equal(cover(7, has(1)), null);
});

test('the recordable set says every number from 1 to 9999', () => {
  const recorded = (number) => String(number) in RECORDED;
  for (const number of range(1, 9999)) {
    const parts = cover(number, recorded);
    assert.equal(parts?.reduce((sum, part) => sum + part), number);
    assert.ok(parts.length <= 3, number);
  }
});

test('a call in Korean, and a recall', () => {
  const call = { number: 117, window: 3, again: false };
  assert.deepEqual(spoken(sentenceOf(call, 'ko', RECORDED)), ['100', '17', 'number', 0.16, '3', 'window']);
  assert.deepEqual(
    spoken(sentenceOf({ ...call, again: true }, 'ko', RECORDED)),
    ['again', 0.28, '100', '17', 'number', 0.16, '3', 'window'],
  );
});

test('a call in English, and a recall', () => {
  const call = { number: 117, window: 3, again: false };
  assert.deepEqual(spoken(sentenceOf(call, 'en', RECORDED)), ['number', '100', '17', 0.16, 'window', '3']);
  assert.deepEqual(spoken(sentenceOf({ ...call, again: true }, 'en', RECORDED))[0], 'again');
});

test('a clip has the form that its neighbour asks for', () => {
  const forms = clips(
    '100', '100.before-1-2-5', '100.before-6', '6', '6.after-100-1000', '17', '17.after-100', '25', '1000', '1200',
    'number', 'number.after-6-10-100',
  );
  const say = (number) => spoken(choose([number, 'number'], forms));
  assert.deepEqual(say(106), ['100.before-6', '6.after-100-1000', 'number.after-6-10-100']);
  assert.deepEqual(say(117), ['100', '17.after-100', 'number']);
  assert.deepEqual(say(125), ['100.before-1-2-5', '25', 'number']);
  assert.deepEqual(say(1006), ['1000', '6.after-100-1000', 'number.after-6-10-100']);
  assert.deepEqual(say(1217), ['1200', '17.after-100', 'number']);
  assert.deepEqual(say(1200), ['1200', 'number.after-6-10-100']);
  assert.deepEqual(say(1000), ['1000', 'number']);
  assert.deepEqual(say(6), ['6', 'number.after-6-10-100']);
});

test('there is no sentence where a clip or the language is missing', () => {
  const call = { number: 117, window: 3, again: false };
  const { window: _, ...without } = RECORDED;
  assert.equal(sentenceOf(call, 'ko', without), null);
  assert.equal(sentenceOf(call, 'ko', null), null);
  assert.equal(sentenceOf(call, 'vi', RECORDED), null);
  assert.notEqual(sentenceOf({ ...call, again: true }, 'ko', RECORDED), null);
});

test('languages follow each other after a pause, and no pause is as long as 400 ms', () => {
  const call = { number: 6, window: 1, again: true };
  const said = oneAfterAnother([sentenceOf(call, 'ko', RECORDED), sentenceOf(call, 'en', RECORDED)]);
  assert.deepEqual(spoken(said).slice(5, 10), ['1', 'window', 0.28, 'again', 0.28]);
  assert.ok(said.every(({ pause = 0 }) => pause < 0.4));
});

test('a text of a page is said by its numbers and the texts around them, with pauses at its marks', () => {
  const texts = ['앞에', '명 있습니다.', '여권 접수', '대기', '명', '처음으로'];
  assert.deepEqual(wordsIn('앞에 112명 있습니다.', texts), ['앞에', 112, '명 있습니다.']);
  const [comma, stop] = [{ pause: 0.16 }, { pause: 0.28 }];
  assert.deepEqual(wordsIn('여권 접수, 대기 3명. 처음으로', texts), ['여권 접수', comma, '대기', 3, '명', stop, '처음으로']);
  assert.deepEqual(wordsIn('앞에 2명 있습니다. 처음으로.', texts), ['앞에', 2, '명 있습니다.', stop, '처음으로']);
  assert.equal(wordsIn('앞에 2마리', texts), null);
  const known = { ...RECORDED, ...clips(...texts) };
  assert.deepEqual(spoken(choose(wordsIn('앞에 112명 있습니다.', texts), known)), ['앞에', '100', '12', '명 있습니다.']);
});
