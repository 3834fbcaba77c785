/** The notice that what is shown is no longer live, and how old it is. */

import { ago } from './frames.js';
import { i18n as pageWords } from './i18n.js';

const GRACE_MS = 2_000;
const TICK_MS = 1_000;

/**
 * Fills `element` (give it class "stale") while `live` is without its line, and hides it while frames arrive.
 *
 * A line that is back within two seconds is not worth a word. Assistive technology hears the sentence once; the age
 * beside it ticks in silence.
 *
 * @param {Live} live
 * @param {HTMLElement} element
 * @param {I18n} words
 * @returns {() => void} stops watching
 */
export function showStaleness(live, element, words = pageWords) {
  const sentence = document.createElement('span');
  sentence.setAttribute('role', 'status');
  const age = document.createElement('span');
  age.className = 'numeric';
  element.replaceChildren(sentence, ' ', age);
  element.hidden = true;
  let timer = null;
  let final = false;

  const draw = () => {
    const since = live.lastFrameAt;
    const text = words.t(final ? 'common.lost' : since ? 'common.stale' : 'common.problem');
    element.hidden = false;
    if (sentence.textContent !== text) sentence.textContent = text;
    age.textContent = since ? words.t('common.asof', { ago: ago(since, words.lang) }) : '';
    timer = setTimeout(draw, TICK_MS);
  };
  const onStatus = ({ detail }) => {
    final = detail.final;
    if (detail.connected) {
      clearTimeout(timer);
      timer = null;
      element.hidden = true;
      sentence.textContent = '';
    } else {
      timer ??= setTimeout(draw, GRACE_MS);
    }
  };

  live.addEventListener('status', onStatus);
  return () => {
    live.removeEventListener('status', onStatus);
    clearTimeout(timer);
  };
}
