/** The element that says a wait: one text to be seen, and one for those who hear it. */

import { make, say } from './dom.js';
import { waitSpoken, waitText } from './wait.js';

/**
 * Makes an element say a wait. Those who hear the page hear all of it, also where it is short.
 *
 * @param {HTMLElement} element
 * @param {object|null} wait Wait, or null where it can't be said yet
 * @param {I18n} words
 * @param {{short?: boolean}} options as of `waitText`
 */
export function showWait(element, wait, words, options) {
  if (!element.firstElementChild) {
    const seen = make('span');
    seen.setAttribute('aria-hidden', 'true');
    element.replaceChildren(seen, make('span', 'visually-hidden'));
  }
  say(element.firstElementChild, waitText(wait, words, options));
  say(element.lastElementChild, waitSpoken(wait, words));
}
