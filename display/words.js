/**
 * The wall's words: every text in all of the office's languages, the first one the largest.
 *
 * An element has a `<span lang>` for each language. Which of them are seen is a matter of languages.css and of two
 * attributes of the body, which take turns: `data-second` is the language on the second line, `data-turn` the one where
 * there is room for one line only. Both count from 1, as :nth-child() does.
 */

import { make } from '../clients/lib/dom.js';
import { I18n } from '../clients/lib/i18n.js';

export const FIRST_LANGUAGES = ['ko', 'en'];
/** How long a language is shown before the next one has its turn. */
export const TURN_MS = 6_000;

export class Words {
  #all = [];
  #asked = '';
  #turn = 0;
  #create;

  /** @param {() => I18n} create gives an empty language; replaced in tests */
  constructor(create = () => new I18n()) {
    this.#create = create;
  }

  /**
   * Speaks these languages from now on, in this order. One without a file falls back to one that is there already.
   *
   * @returns {Promise<boolean>} whether they are other ones than before
   */
  async use(languages) {
    const asked = languages.join();
    if (asked === this.#asked) return false;
    const loaded = await Promise.all(languages.map(async (lang) => {
      const words = this.#create();
      await words.load(lang);
      return words;
    }));
    this.#asked = asked;
    this.#all = loaded.filter((words, i) => loaded.findIndex(({ lang }) => lang === words.lang) === i);
    this.#turn = 0;
    return true;
  }

  get all() {
    return this.#all;
  }

  /** Which language is on the second line and which on an only one, from 1 on; the next call gives the next turn. */
  next() {
    const turn = this.#turn++;
    const others = Math.max(1, this.#all.length - 1);
    return { second: 2 + (turn % others), turn: 1 + (turn % this.#all.length) };
  }

  /** Fills `element` with `text(words)` of each language. Touches the page only where something differs. */
  fill(element, text) {
    const lines = this.#all.map((words) => ({ lang: words.lang, text: text(words) }));
    const before = [...element.children].map(({ lang }) => lang).join();
    if (before !== lines.map(({ lang }) => lang).join()) {
      element.replaceChildren(...lines.map(({ lang }) => {
        const line = make('span');
        line.lang = lang;
        return line;
      }));
    }
    lines.forEach((line, i) => {
      if (element.children[i].textContent !== line.text) element.children[i].textContent = line.text;
    });
    return element;
  }

  /** `fill` with the text of a key. */
  say(element, key, params) {
    return this.fill(element, ({ t }) => t(key, params));
  }

  /** `fill` with names such as {"ko": ..., "en": ...}. */
  name(element, names) {
    return this.fill(element, ({ name }) => name(names));
  }
}
