/** A speaker with a bell and no words: two notes for a call and three for a recall. */

import { Chime } from '../clients/lib/chime.js';

const VOICE = {
  partials: [{ ratio: 1, gain: 0.5 }, { ratio: 2, gain: 0.16 }, { ratio: 3.01, gain: 0.06 }],
  seconds: 1.4,
};
const CALL = [{ hertz: 659.25, at: 0 }, { hertz: 523.25, at: 0.45 }];
const RECALL = [{ hertz: 659.25, at: 0 }, { hertz: 659.25, at: 0.3 }, { hertz: 523.25, at: 0.6 }];

/** Fires `change` when its state changes. */
export class ChimeSpeaker extends EventTarget {
  #chime = new Chime(VOICE);

  constructor() {
    super();
    this.#chime.addEventListener('change', () => this.dispatchEvent(new Event('change')));
  }

  /** 'on', or 'blocked' while the browser waits for a touch. */
  get state() {
    return this.#chime.blocked ? 'blocked' : 'on';
  }

  /** Lets it sound from now on. Call it from a click or a key press. */
  unblock() {
    return this.#chime.unblock();
  }

  /** Rings for a call, and resolves when the last note is over: at once where it can't or shouldn't be heard. */
  async say({ again = false }, { volume }) {
    if (this.state === 'blocked' || volume === 0) return;
    const melody = again ? RECALL : CALL;
    this.#chime.play(melody);
    await new Promise((resolve) => setTimeout(resolve, (melody.at(-1).at + VOICE.seconds) * 1000));
  }
}
