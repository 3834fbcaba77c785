/** The sound of a call, made from tones: no file to load, nothing to lose. */

const CALL = [{ hz: 659.25, at: 0 }, { hz: 523.25, at: 0.45 }];
const RECALL = [{ hz: 659.25, at: 0 }, { hz: 659.25, at: 0.3 }, { hz: 523.25, at: 0.6 }];
const PARTIALS = [{ ratio: 1, gain: 0.5 }, { ratio: 2, gain: 0.16 }, { ratio: 3.01, gain: 0.06 }];
const FADE_SECONDS = 1.4;

/** Fires `change` when it becomes able, or unable, to sound. */
export class Chime extends EventTarget {
  #context = new AudioContext();

  constructor() {
    super();
    this.#context.addEventListener('statechange', () => this.dispatchEvent(new Event('change')));
  }

  /** Whether the browser keeps it silent until somebody touches the page. */
  get blocked() {
    return this.#context.state !== 'running';
  }

  /** Call from a click or a key press. */
  unblock() {
    return this.#context.resume();
  }

  /** Two tones for a call, three for a recall. Silent while blocked: a late chime would only confuse. */
  ring({ again = false } = {}) {
    if (this.blocked) return;
    for (const tone of again ? RECALL : CALL) this.#bell(tone.hz, this.#context.currentTime + tone.at);
  }

  #bell(hz, start) {
    for (const { ratio, gain } of PARTIALS) {
      const oscillator = new OscillatorNode(this.#context, { frequency: hz * ratio });
      const volume = new GainNode(this.#context, { gain: 0 });
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(gain, start + 0.01);
      volume.gain.exponentialRampToValueAtTime(0.001, start + FADE_SECONDS);
      oscillator.connect(volume).connect(this.#context.destination);
      oscillator.onended = () => volume.disconnect();
      oscillator.start(start);
      oscillator.stop(start + FADE_SECONDS);
    }
  }
}
