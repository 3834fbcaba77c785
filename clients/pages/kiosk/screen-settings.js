/**
 * How the screen is shown to the person in front of it: language, large text, high contrast, and everything to press
 * within reach from a wheelchair. `reset` makes it ready for the next person.
 */

import { find } from '../../lib/dom.js';
import { choose, i18n, languages } from '../../lib/i18n.js';

const SWITCHES = {
  '#comfort-large': ['size', 'large'],
  '#comfort-contrast': ['theme', 'contrast'],
  '#comfort-low': ['reach', 'low'],
};

const root = document.documentElement;

function set(selector, on) {
  const [attribute, value] = SWITCHES[selector];
  if (on) root.dataset[attribute] = value;
  else delete root.dataset[attribute];
  find(selector).setAttribute('aria-pressed', on);
}

/** How many times the ordinary time someone needs: large text is read more slowly. */
export function timeFactor() {
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
