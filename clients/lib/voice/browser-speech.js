/** The browser's own speech, for what there are no clips of. Only voices of this machine: nothing goes to a cloud. */

/** A synthesizer that has not finished by then is dead: some browsers never say that they have ended. */
const SECONDS = 20;
const SECONDS_A_LETTER = 0.4;
/** Beyond its usual rate of 1, for the same reason as the clips: a room with an echo, and old ears. */
const RATE = 0.9;

const PREFERRED = { ko: 'ko-KR', en: 'en-GB' };

/** Fires `change` when its voices have become known. */
export class BrowserSpeech extends EventTarget {
  #synthesis;
  #Utterance;
  #setTimeout;

  /** The arguments replace the browser's own in tests. A browser without speech has null. */
  constructor({
    synthesis = globalThis.speechSynthesis ?? null,
    Utterance = globalThis.SpeechSynthesisUtterance,
    setTimeout = (...args) => globalThis.setTimeout(...args),
  } = {}) {
    super();
    this.#synthesis = synthesis;
    this.#Utterance = Utterance;
    this.#setTimeout = setTimeout;
    synthesis?.addEventListener?.('voiceschanged', () => this.dispatchEvent(new Event('change')));
  }

  /** Whether it has a voice for the language. */
  speaks(language) {
    return this.#voice(language) !== null;
  }

  /** Says a text, and resolves when it is over or `signal` ends it, and where it can't be said or takes too long. */
  async say(text, language, volume = 100, signal = null) {
    const voice = this.#voice(language);
    if (!voice || signal?.aborted) return;
    const words = Object.assign(new this.#Utterance(text), { voice, lang: voice.lang, rate: RATE, volume: volume / 100 });
    await new Promise((resolve) => {
      words.onend = words.onerror = resolve;
      this.#setTimeout(resolve, (SECONDS + SECONDS_A_LETTER * text.length) * 1000);
      signal?.addEventListener('abort', resolve);
      this.#synthesis.speak(words);
    });
    // Nothing of it must sound into what comes next.
    this.#synthesis.cancel();
  }

  #voice(language) {
    const voices = (this.#synthesis?.getVoices() ?? []).filter(
      (one) => one.localService && one.lang.replace('_', '-').split('-')[0] === language,
    );
    return voices.find((one) => one.lang.replace('_', '-') === PREFERRED[language]) ?? voices[0] ?? null;
  }
}
