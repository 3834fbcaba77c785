import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Speaker } from '../../../../clients/lib/voice/speaker.js';

const CALL = { number: 7, window: 3, again: false };

/** The part of AudioContext that a speaker uses without clips: every tone is over at once. */
class Context extends EventTarget {
  state = 'suspended';
  currentTime = 10;
  destination = {};
  rung = 0;
  #allowed = false;

  async resume() {
    if (!this.#allowed) return;
    this.state = 'running';
    this.dispatchEvent(new Event('statechange'));
  }

  touch() {
    this.#allowed = true;
  }

  createOscillator() {
    this.rung += 1;
    const tone = { frequency: {}, connect: (to) => to, start() {}, stop: () => queueMicrotask(() => tone.onended()) };
    return tone;
  }

  createGain() {
    const gain = { value: 1, setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
    return { gain, connect: (to) => to, disconnect() {} };
  }

  async close() {}
}

class List extends EventTarget {
  state = 'missing';
  help = { ko: '설치하세요', en: 'install it' };
  follow() {}
  of() {
    return null;
  }
  known = {};
  texts() {
    return this.known;
  }
  close() {}
}

class Speech extends EventTarget {
  said = [];
  languages = [];
  speaks(language) {
    return this.languages.includes(language);
  }
  async say(text, language, volume, signal) {
    this.text = text;
    this.said.push(`${language} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    this.said.push(signal?.aborted ? `${language} is cut off` : `${language} ends`);
  }
}

function speakerOf({ now } = {}) {
  const parts = { context: new Context(), list: new List(), speech: new Speech(), ...(now && { now }) };
  const speaker = new Speaker(parts);
  const allow = async () => {
    parts.context.touch();
    await speaker.unblock();
  };
  return { speaker, allow, ...parts };
}

test('it is blocked until a touch, then missing where nobody speaks the language, and off at volume 0', async () => {
  const { speaker, allow, speech, list } = speakerOf();
  let changes = 0;
  speaker.addEventListener('change', () => (changes += 1));
  assert.equal(speaker.state, 'blocked');
  await allow();
  assert.equal(changes, 1);
  assert.equal(speaker.state, 'missing');
  assert.deepEqual(speaker.help, list.help);
  speech.languages = ['ko'];
  assert.equal(speaker.state, 'on');
  speaker.use({ languages: ['ko', 'vi'] });
  assert.equal(speaker.state, 'missing');
  speaker.use({ volume: 0 });
  assert.equal(speaker.state, 'off');
  assert.equal(changes, 3);
});

test('while the clips are being made it is not missing', async () => {
  const { speaker, allow, list } = speakerOf();
  await allow();
  for (const state of ['unknown', 'preparing']) {
    list.state = state;
    assert.equal(speaker.state, 'on');
  }
});

for (const [why, settings] of [
  ['muted', { volume: 0 }],
  ['without a language', { languages: [] }],
  ['in quiet hours', { quietHours: [['12:00', '13:00']] }],
]) {
  test(`it says nothing ${why}, and nobody waits for it`, async () => {
    const { speaker, allow, context, speech } = speakerOf({ now: () => new Date('2026-11-23T12:30:00+09:00') });
    speech.languages = ['ko'];
    await allow();
    await speaker.say(CALL, settings);
    assert.equal(context.rung, 0);
    assert.deepEqual(speech.said, []);
  });
}

test('blocked, it says nothing and nobody waits for it', async () => {
  const { speaker, context } = speakerOf();
  await speaker.say(CALL);
  assert.equal(context.rung, 0);
});

test('without clips it rings, and the browser speaks every language that it can, in order', async (t) => {
  t.mock.method(globalThis, 'fetch', async () => ({ ok: true, json: async () => ({}) }));
  const { speaker, allow, context, speech } = speakerOf();
  speech.languages = ['en', 'ko'];
  await allow();
  await speaker.say(CALL, { languages: ['ko', 'vi', 'en'] });
  assert.equal(context.rung, 6);
  assert.deepEqual(speech.said, ['ko begins', 'ko ends', 'en begins', 'en ends']);
});

test('two calls at the same time are said one after the other', async (t) => {
  t.mock.method(globalThis, 'fetch', async () => ({ ok: true, json: async () => ({}) }));
  const { speaker, allow, speech } = speakerOf();
  speech.languages = ['ko'];
  await allow();
  await Promise.all([speaker.say(CALL), speaker.say({ ...CALL, number: 8 })]);
  assert.deepEqual(speech.said, ['ko begins', 'ko ends', 'ko begins', 'ko ends']);
});

test('a sound that fails is no error for who asked, and the next call is said', async (t) => {
  t.mock.method(console, 'error', () => {});
  const { speaker, allow, context, speech } = speakerOf();
  speech.languages = ['ko'];
  await allow();
  const { createGain } = context;
  context.createGain = () => {
    throw new Error('no device');
  };
  await speaker.say(CALL);
  context.createGain = createGain;
  t.mock.method(globalThis, 'fetch', async () => ({ ok: true, json: async () => ({}) }));
  await speaker.say(CALL);
  assert.deepEqual(speech.said, ['ko begins', 'ko ends']);
});

test('a text without clips is not read, nor is one that the browser blocks', async () => {
  const { speaker, allow, list } = speakerOf();
  assert.equal(speaker.reads('ko'), false);
  list.known = { 접수: { url: '/1', seconds: 0.5 } };
  assert.equal(speaker.reads('ko'), true);
  assert.equal(await speaker.read('접수', 'ko', 80), false, 'blocked');
  await allow();
  assert.equal(await speaker.read('발급', 'ko', 80), false);
});
