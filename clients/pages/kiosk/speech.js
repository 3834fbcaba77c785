/** What reads a text of the kiosk aloud: the service's clips, or the browser's own speech where they lack a part of it. */

import { BrowserSpeech } from '../../lib/voice/browser-speech.js';
import { Speaker } from '../../lib/voice/speaker.js';

export class Speech {
  /** 0 to 1, from the next text on. */
  volume = 1;
  #speaker = new Speaker();
  #browser = new BrowserSpeech();
  #saying = null;

  /** Whether it can speak the language at all. */
  speaks(language) {
    return this.#speaker.reads(language) || this.#browser.speaks(language);
  }

  /** Speaks after it has fallen silent. Resolves when the text is over or was stopped. */
  async say(text, language) {
    this.stop();
    const { signal } = (this.#saying = new AbortController());
    const volume = Math.round(this.volume * 100);
    // Plugged in headphones are no touch: a browser that wants one keeps the clips silent until the next key.
    if (this.#speaker.state === 'blocked') this.#speaker.unblock();
    if (!(await this.#speaker.read(text, language, volume))) await this.#browser.say(text, language, volume, signal);
  }

  /** Falls silent at once. */
  stop() {
    this.#saying?.abort();
    this.#speaker.hush();
  }
}
