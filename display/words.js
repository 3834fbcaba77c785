/** The wall's words: every text in several languages at once, the first the largest. */

import { make } from '../clients/lib/dom.js';
import { I18n } from '../clients/lib/i18n.js';

/** What the wall always speaks. */
export const ALWAYS = ['ko', 'en'];

export class Words {
  #all;

  /** @param {I18n[]} all loaded languages, in the order of the lines */
  constructor(all) {
    this.#all = all;
  }

  /** Korean and English, and one more language if `extra` is another. */
  static async load(extra = null) {
    const langs = extra && !ALWAYS.includes(extra) ? [...ALWAYS, extra] : ALWAYS;
    const all = await Promise.all(langs.map(async (lang) => {
      const words = new I18n();
      await words.load(lang);
      return words;
    }));
    // A language without a file falls back to one that is there already.
    return new Words(all.filter((words, i) => all.findIndex(({ lang }) => lang === words.lang) === i));
  }

  get all() {
    return this.#all;
  }

  /**
   * Fills `element` with one `<span lang>` a language, in which `text(words)` speaks. Touches the page only where
   * something differs.
   */
  fill(element, text) {
    const lines = this.#all.map((words) => ({ lang: words.lang, text: text(words) }));
    if (element.children.length !== lines.length) {
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
