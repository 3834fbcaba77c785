/** Which clips the service has: GET /api/v1/voice, asked again until all are there, and now and then afterwards. */

const URL_OF_LIST = '/api/v1/voice';
const SOON_MS = 10_000;
/** Recordings may be replaced, and a synthesizer installed, while a screen runs for months. */
const LATER_MS = 10 * 60_000;

/** Fires `change` whenever it has read the list. */
export class ClipList extends EventTarget {
  #fetch;
  #setTimeout;
  #list = { state: 'unknown', help: null, languages: {} };
  #timer = null;

  constructor({
    fetch = (...args) => globalThis.fetch(...args),
    setTimeout = (...args) => globalThis.setTimeout(...args),
  } = {}) {
    super();
    this.#fetch = fetch;
    this.#setTimeout = setTimeout;
  }

  /** 'unknown' until the service has answered; then 'ready', 'preparing' or 'missing'. */
  get state() {
    return this.#list.state;
  }

  /** What to do where the voice is missing: {"ko", "en"}, else null. */
  get help() {
    return this.#list.help;
  }

  /** The clips that calls are made of, by name; null where the language has none. */
  of(language) {
    return this.#list.languages[language]?.clips ?? null;
  }

  /** The clips of texts of pages, by what they say. */
  texts(language) {
    return this.#list.languages[language]?.texts ?? {};
  }

  /** Reads it, and goes on doing so for as long as the page is there. */
  async follow() {
    try {
      const answer = await this.#fetch(URL_OF_LIST);
      if (!answer.ok) throw new Error(`the list of clips: ${answer.status}`);
      this.#list = await answer.json();
      this.dispatchEvent(new Event('change'));
    } catch (error) {
      // The service is away: what was known stays, and the browser may still have the clips.
      console.warn(error);
    }
    const settled = this.state === 'ready' || this.state === 'missing';
    this.#timer = this.#setTimeout(() => this.follow(), settled ? LATER_MS : SOON_MS);
  }

  /** Asks no more. */
  close() {
    clearTimeout(this.#timer);
  }
}
