/**
 * A chime made of tones: there is no file to load, and nothing that can be missing.
 *
 * A voice says how a note sounds: `partials` are the overtones of a note, each a ratio of its frequency and a gain, and
 * `seconds` is how long it takes to fade. A melody is a list of notes: `hertz`, and `at`, the seconds after its start.
 */

const ATTACK_SECONDS = 0.01;
const SILENCE = 0.001;

/** Fires `change` when it becomes able, or unable, to sound. */
export class Chime extends EventTarget {
  #voice;
  #context;

  /**
   * @param {{partials: Array<{ratio: number, gain: number}>, seconds: number}} voice
   * @param {AudioContext} context replaces the browser's own in tests
   */
  constructor(voice, context = new AudioContext()) {
    super();
    this.#voice = voice;
    this.#context = context;
    context.addEventListener('statechange', () => this.dispatchEvent(new Event('change')));
  }

  /** Whether the browser keeps it silent, as it does until somebody touches the page. */
  get blocked() {
    return this.#context.state !== 'running';
  }

  /** Lets it sound from now on. Call it from a click or a key press: only then does the browser allow it. */
  unblock() {
    return this.#context.resume();
  }

  /**
   * @param {Array<{hertz: number, at: number}>} melody
   * @param {{at: number, into: AudioNode}} options the moment on the context's clock at which it begins, and where the
   *   sound goes: now, and the loudspeakers
   * @returns {Promise<void>} resolved when the last note has faded
   */
  async play(melody, { at: start = this.#context.currentTime, into = this.#context.destination } = {}) {
    await Promise.all(melody.flatMap(({ hertz, at }) => this.#note(hertz, start + at, into)));
  }

  /** How many seconds a melody sounds. */
  lengthOf(melody) {
    return Math.max(...melody.map(({ at }) => at)) + this.#voice.seconds;
  }

  /** Gives the sound device back. It can't sound again. */
  close() {
    return this.#context.close();
  }

  /** One promise for each overtone, resolved when it has faded. */
  #note(hertz, start, into) {
    const end = start + this.#voice.seconds;
    return this.#voice.partials.map(({ ratio, gain }) => {
      const tone = this.#context.createOscillator();
      const volume = this.#context.createGain();
      tone.frequency.value = hertz * ratio;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(gain, start + ATTACK_SECONDS);
      volume.gain.exponentialRampToValueAtTime(SILENCE, end);
      tone.connect(volume).connect(into);
      tone.start(start);
      tone.stop(end);
      return new Promise((resolve) => {
        tone.onended = () => resolve(volume.disconnect());
      });
    });
  }
}
