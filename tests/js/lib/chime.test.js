import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Chime } from '../../../clients/lib/chime.js';

const VOICE = { partials: [{ ratio: 1, gain: 0.5 }, { ratio: 2, gain: 0.1 }], seconds: 1.5 };

/** The part of AudioContext that a chime uses; `tones` are the oscillators that were started. */
class Context extends EventTarget {
  state = 'suspended';
  currentTime = 10;
  tones = [];

  resume() {
    this.state = 'running';
    this.dispatchEvent(new Event('statechange'));
  }

  createOscillator() {
    const tone = { frequency: {}, connect: (to) => to, start: (at) => (tone.from = at), stop: (at) => (tone.to = at) };
    this.tones.push(tone);
    return tone;
  }

  createGain() {
    const gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
    return { gain, connect: (to) => to, disconnect() {} };
  }
}

test('a melody is played note by note, each with the overtones of the voice', () => {
  const context = new Context();
  new Chime(VOICE, context).play([{ hertz: 600, at: 0 }, { hertz: 500, at: 0.25 }]);
  const tones = context.tones.map(({ frequency, from, to }) => [frequency.value, from, to]);
  assert.deepEqual(tones, [[600, 10, 11.5], [1200, 10, 11.5], [500, 10.25, 11.75], [1000, 10.25, 11.75]]);
});

test('it tells when the browser lets it sound', () => {
  const context = new Context();
  const chime = new Chime(VOICE, context);
  const heard = [];
  chime.addEventListener('change', () => heard.push(chime.blocked));
  assert.equal(chime.blocked, true);
  chime.unblock();
  assert.deepEqual(heard, [false]);
});
