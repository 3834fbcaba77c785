/** The sound of a call in the lobby: a bell, two notes for a call and three for a recall. */

import { Chime } from '../clients/lib/chime.js';

const VOICE = {
  partials: [{ ratio: 1, gain: 0.5 }, { ratio: 2, gain: 0.16 }, { ratio: 3.01, gain: 0.06 }],
  seconds: 1.4,
};
const CALL = [{ hertz: 659.25, at: 0 }, { hertz: 523.25, at: 0.45 }];
const RECALL = [{ hertz: 659.25, at: 0 }, { hertz: 659.25, at: 0.3 }, { hertz: 523.25, at: 0.6 }];

export class CallChime extends Chime {
  constructor() {
    super(VOICE);
  }

  /** Silent while the browser blocks it: a bell that rings late would only confuse. */
  ring({ again = false } = {}) {
    if (!this.blocked) this.play(again ? RECALL : CALL);
  }
}
