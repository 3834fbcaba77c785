/** What lies over the board: the screen's name, a test call, or what is wrong. In Korean, and English beneath it. */

import { make } from '../../clients/lib/dom.js';
import { I18n } from '../../clients/lib/i18n.js';

export const NAMED_MS = 10_000;
/** A test call stays for so long, and for as long as it is spoken. */
export const TESTED_MS = 8_000;

const LANGUAGES = ['ko', 'en'];
let loading = null;

/** Both languages, once they could be read. */
function languages() {
  loading ??= Promise.all(LANGUAGES.map(async (lang) => {
    const words = new I18n();
    await words.load(lang);
    return words;
  })).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** The lines of a text, each in an element of its own. */
export async function lines(key, params) {
  return (await languages()).map(({ t, lang }) => {
    const line = make('span', '', t(key, params));
    line.lang = lang;
    return line;
  });
}

/** Shows the name large, for some seconds. */
export async function showName(name) {
  const overlay = open('upkeep-name', make('strong', '', name), make('p', 'both', ...(await lines('display.upkeep.name'))));
  setTimeout(() => overlay.remove(), NAMED_MS);
}

/**
 * Shows a call that nobody has to follow, and says so.
 *
 * @param {{number: number, window: number}} call
 * @param {Promise|undefined} spoken resolves when it was spoken
 */
export async function showTestCall({ number, window }, spoken) {
  const head = make('strong', 'both', ...(await lines('display.upkeep.test')));
  const overlay = open('upkeep-test', head, make('p', 'both', ...(await lines('display.upkeep.test_call', { number, window }))));
  await Promise.allSettled([spoken, new Promise((resolve) => setTimeout(resolve, TESTED_MS))]);
  overlay.remove();
}

/**
 * Says at the edge of the screen what is wrong with it; a `key` that is null says nothing.
 *
 * @param {string|null} key
 * @param {number|null} ms for so long; null: until something else is said
 */
export async function showProblem(key, ms = null) {
  const said = key && (await lines(key));
  document.querySelector('.upkeep-problem')?.remove();
  if (!said) return;
  const overlay = open('upkeep-problem', make('p', 'both', ...said));
  if (ms !== null) setTimeout(() => overlay.remove(), ms);
}

/** Takes a name or a test call away: there is something that people must see. */
export function makeWay() {
  for (const overlay of document.querySelectorAll('.upkeep-name, .upkeep-test')) overlay.remove();
}

function open(name, ...children) {
  document.querySelector(`.${name}`)?.remove();
  const overlay = make('div', `upkeep ${name}`, ...children);
  overlay.setAttribute('role', 'status');
  document.body.append(overlay);
  return overlay;
}
