import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BrowserSpeech } from '../../../../clients/lib/voice/browser-speech.js';

class Utterance {
  constructor(text) {
    this.text = text;
  }
}

const voice = (lang, localService = true) => ({ lang, localService });

/** A synthesizer with these voices; `answer` is what it does with what it is to say. */
function speech(voices, answer = (words) => words.onend()) {
  const said = [];
  const limits = [];
  const synthesis = {
    getVoices: () => voices,
    speak(words) {
      said.push(words);
      answer(words);
    },
    cancel: () => said.push('cancel'),
  };
  const setTimeout = (work, ms) => limits.push({ work, ms });
  return { it: new BrowserSpeech({ synthesis, Utterance, setTimeout }), said, limits };
}

test('it speaks with the best voice of the machine, and never with one of a cloud', async () => {
  const { it, said } = speech([voice('ko-KR', false), voice('ko'), voice('ko_KR'), voice('en-US')]);
  await it.say('안녕하십니까', 'ko', 50);
  assert.equal(said[0].voice.lang, 'ko_KR');
  assert.equal(said[0].volume, 0.5);
  assert.equal(speech([voice('ko-KR', false)]).it.speaks('ko'), false);
});

test('a language without a voice is not spoken, and nobody waits', async () => {
  const { it, said } = speech([voice('en-US')]);
  assert.equal(it.speaks('ko'), false);
  await it.say('안녕하십니까', 'ko');
  assert.deepEqual(said, []);
});

test('an error is the end', async () => {
  const { it, said } = speech([voice('ko-KR')], (words) => words.onerror());
  await it.say('안녕하십니까', 'ko');
  assert.equal(said.at(-1), 'cancel');
});

test('a synthesizer that never ends blocks nothing', async () => {
  const { it, said, limits } = speech([voice('ko-KR')], () => {});
  const saying = it.say('안녕하십니까', 'ko');
  assert.equal(limits[0].ms, 22_400);
  limits[0].work();
  await saying;
  assert.equal(said.at(-1), 'cancel');
});

test('a browser without speech speaks nothing', async () => {
  const it = new BrowserSpeech({ synthesis: null });
  assert.equal(it.speaks('ko'), false);
  await it.say('안녕하십니까', 'ko');
});

test('what is ended from outside is ended at once', async () => {
  const { it, said } = speech([voice('ko-KR')], () => {});
  const control = new AbortController();
  const saying = it.say('안녕하십니까', 'ko', 100, control.signal);
  control.abort();
  await saying;
  assert.equal(said.at(-1), 'cancel');
  await it.say('안녕하십니까', 'ko', 100, control.signal);
  assert.equal(said.filter((words) => words !== 'cancel').length, 1);
});
