/** The sound of a call: a bell, two notes for a call and three for a recall. */

import { Chime } from '../chime.js';

const BELL = {
  partials: [{ ratio: 1, gain: 0.5 }, { ratio: 2, gain: 0.16 }, { ratio: 3.01, gain: 0.06 }],
  seconds: 1.4,
};
const CALL = [{ hertz: 659.25, at: 0 }, { hertz: 523.25, at: 0.45 }];
const RECALL = [{ hertz: 659.25, at: 0 }, { hertz: 659.25, at: 0.3 }, { hertz: 523.25, at: 0.6 }];

/** The voice begins while the last note fades. */
const VOICE_AFTER_LAST_NOTE = 0.75;

export class CallChime extends Chime {
  /** @param {BaseAudioContext} context whose clock and loudspeakers it uses */
  constructor(context) {
    super(BELL, context);
  }

  /**
   * Rings at a moment of the context's clock.
   *
   * @param {boolean} again for a recall
   * @returns {{speak: number, seconds: number, over: Promise}} after how many seconds the voice may begin, how long it
   *   sounds, and when it is over
   */
  ring(again, at, into) {
    const melody = again ? RECALL : CALL;
    const over = this.play(melody, { at, into });
    return { speak: melody.at(-1).at + VOICE_AFTER_LAST_NOTE, seconds: this.lengthOf(melody), over };
  }
}
