/**
 * Words in the reader's language: one JSON file a language in lang/, so that another language is another file.
 *
 * A value is a text with `{name}` places, or for texts that depend on a `count` an object of plural forms as
 * `Intl.PluralRules` names them: {"one": "{count} person", "other": "{count} people"}.
 */

const FALLBACKS = ['en', 'ko'];
const STORED_AS = 'sunbeon.lang';
const ATTRIBUTES = { 't-label': 'aria-label', 't-alt': 'alt', 't-title': 'title' };

async function fetchLanguage(lang) {
  const response = await fetch(new URL(`lang/${lang}.json`, import.meta.url));
  if (!response.ok) throw new Error(`no language file for ${lang}: ${response.status}`);
  return response.json();
}

/** The words of one language at a time. Fires `change` after each load. */
export class I18n extends EventTarget {
  #read;
  #words = {};
  #lang = 'ko';

  /** @param {(lang: string) => Promise<object>} read gives a language's words; rejects if there are none */
  constructor(read = fetchLanguage) {
    super();
    this.#read = read;
  }

  /** BCP 47 tag of the words loaded. */
  get lang() {
    return this.#lang;
  }

  /** Loads a language, or the nearest there is (English, then Korean). */
  async load(lang) {
    for (const candidate of [lang, ...FALLBACKS]) {
      if (!/^[A-Za-z-]{2,35}$/.test(candidate)) continue;
      try {
        this.#words = await this.#read(candidate);
      } catch (error) {
        if (candidate === FALLBACKS.at(-1)) throw error;
        continue;
      }
      this.#lang = candidate;
      break;
    }
    this.dispatchEvent(new Event('change'));
  }

  /** The text for a key; `params.count` chooses the plural form. A key that isn't there is shown as it is. */
  t = (key, params = {}) => {
    let text = this.#words[key] ?? key;
    if (typeof text === 'object') {
      text = text[new Intl.PluralRules(this.#lang).select(params.count)] ?? text.other;
    }
    return text.replace(/\{(\w+)\}/g, (place, name) => params[name] ?? place);
  };

  /** The best name there is in an object such as {"ko": "여권민원실", "en": "Passport Office"}. */
  name = (names) => names[this.#lang] ?? names.en ?? names.ko;

  /**
   * Fills the texts of `root` and below: `data-t` the content, `data-t-label`, `data-t-alt` and `data-t-title` the
   * attributes aria-label, alt and title.
   */
  apply = (root) => {
    for (const element of root.querySelectorAll('[data-t]')) {
      element.textContent = this.t(element.getAttribute('data-t'));
    }
    for (const [source, target] of Object.entries(ATTRIBUTES)) {
      for (const element of root.querySelectorAll(`[data-${source}]`)) {
        element.setAttribute(target, this.t(element.getAttribute(`data-${source}`)));
      }
    }
  };
}

/** The page's own language. */
export const i18n = new I18n();
export const { t, name, apply } = i18n;

/** The languages that the service has, from <meta name="languages" content="ko en">; the first is the default. */
export function languages() {
  return document.querySelector('meta[name="languages"]')?.content.split(/\s+/) ?? ['ko', 'en'];
}

/** What a language calls itself, such as "한국어". */
export function languageName(lang) {
  const name = new Intl.DisplayNames([lang], { type: 'language' }).of(lang);
  return name.charAt(0).toLocaleUpperCase(lang) + name.slice(1);
}

/**
 * The language to begin with: ?lang=, else what was chosen before, else the nearest to a reader's wishes, else the first
 * of the list.
 *
 * @param {readonly string[]} wishes BCP 47 tags, the dearest first, as in `navigator.languages`
 */
export function preferred(wishes = []) {
  const said = [new URLSearchParams(location.search).get('lang'), recall()];
  return said.find((lang) => languages().includes(lang)) ?? nearest(wishes, languages()) ?? languages()[0];
}

/**
 * The first wish for which there is a language: "en-GB" finds "en" where there is no "en-GB" (RFC 4647, lookup). Null
 * where no wish can be met.
 */
export function nearest(wishes, available) {
  for (const wish of wishes) {
    const parts = wish.toLowerCase().split('-');
    for (; parts.length > 0; parts.pop()) {
      const found = available.find((lang) => lang.toLowerCase() === parts.join('-'));
      if (found) return found;
    }
  }
  return null;
}

/** Shows the whole page in a language, and keeps the choice in the address and (`keep`) for the next visit. */
export async function choose(lang, { keep = true } = {}) {
  await i18n.load(lang);
  document.documentElement.lang = i18n.lang;
  apply(document);
  if (!keep) return;
  const address = new URL(location.href);
  address.searchParams.set('lang', i18n.lang);
  history.replaceState(history.state, '', address);
  try {
    localStorage.setItem(STORED_AS, i18n.lang);
  } catch {
    // Storage may be forbidden; the address still keeps the choice.
  }
}

/**
 * What a page does first: loads the preferred language and fills the page's texts.
 *
 * Pages for citizens give `navigator.languages` as `wishes`; screens of the office speak the city's language until another
 * is chosen.
 */
export async function startLanguage(wishes = []) {
  await choose(preferred(wishes), { keep: false });
}

function recall() {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}
