/**
 * Speech: what reads a text aloud. Whatever has these members can take the browser's place, such as recorded clips:
 *
 * - `available`: whether it can speak at all;
 * - `say(text, lang)`: speaks after it has fallen silent, and resolves when the text is over or was stopped;
 * - `stop()`: falls silent at once;
 * - `volume`: 0 to 1, from the next text on.
 */

/** The browser's own speech. */
export class BrowserSpeech {
  volume = 1;

  get available() {
    return 'speechSynthesis' in globalThis;
  }

  say(text, lang) {
    this.stop();
    const utterance = new SpeechSynthesisUtterance(text);
    Object.assign(utterance, { lang, volume: this.volume });
    return new Promise((resolve) => {
      utterance.onend = resolve;
      utterance.onerror = resolve;
      speechSynthesis.speak(utterance);
    });
  }

  stop() {
    speechSynthesis.cancel();
  }
}
