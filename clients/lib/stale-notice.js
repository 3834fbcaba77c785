/** The notice that what is shown may no longer be true, and how old it is. */

import { i18n as pageWords } from './i18n.js';
import { UNKNOWN } from './live.js';
import { ago } from './time.js';

const GRACE_MS = 2_000;
const TICK_MS = 1_000;

/**
 * Fills `element` (give it class "stale") while `live` is not connected, or hears that its facts are old, and hides it
 * while they are current.
 *
 * A connection that is back within two seconds is not worth a notice. Assistive technology hears the sentence
 * once; the age beside it ticks in silence.
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

  const sentenceKey = (since) => {
    if (final) return 'common.lost';
    if (since === null) return 'common.problem';
    return live.connected ? 'common.old' : 'common.stale';
  };
  const draw = () => {
    clearTimeout(timer);
    const since = live.freshAt;
    const text = words.t(sentenceKey(since));
    element.hidden = false;
    if (sentence.textContent !== text) sentence.textContent = text;
    age.textContent = since ? words.t('common.asof', { ago: ago(since, words.lang) }) : '';
    timer = setTimeout(draw, TICK_MS);
  };
  const onStatus = ({ detail }) => {
    // An office that is gone may come back, and its page waits for it.
    final = detail.final && detail.code !== UNKNOWN;
    if (detail.connected && !detail.stale) {
      clearTimeout(timer);
      timer = null;
      element.hidden = true;
      sentence.textContent = '';
    } else if (detail.stale || detail.code === null) {
      draw();
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
