/**
 * The screen's settings for the person in front of it: the language, large text, high contrast, and all buttons within
 * reach from a wheelchair. They are reset for the next person.
 */

import { find } from '../../lib/dom.js';
import { choose, i18n, languages } from '../../lib/i18n.js';

const SWITCHES = {
  '#settings-large': ['size', 'large'],
  '#settings-contrast': ['theme', 'contrast'],
  '#settings-low': ['reach', 'low'],
};

const root = document.documentElement;

function set(selector, on) {
  const [attribute, value] = SWITCHES[selector];
  if (on) root.dataset[attribute] = value;
  else delete root.dataset[attribute];
  find(selector).setAttribute('aria-pressed', on);
}

/** By how much the time limits are longer: whoever needs large text reads more slowly, and listening takes longest. */
export function timeFactor() {
  if (root.dataset.reading === 'on') return 4;
  return root.dataset.size === 'large' ? 2 : 1;
}

/** @param {() => void} onChange a person has changed the screen */
export function startScreenSettings(onChange) {
  for (const [selector, [attribute]] of Object.entries(SWITCHES)) {
    find(selector).addEventListener('click', () => {
      set(selector, !(attribute in root.dataset));
      onChange();
    });
  }
}

/** Back to the office's first language and the plain screen. */
export function resetScreenSettings() {
  for (const selector of Object.keys(SWITCHES)) set(selector, false);
  if (i18n.lang !== languages()[0]) choose(languages()[0]);
}
