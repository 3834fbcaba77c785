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
  showBoth(element, waitText(wait, words, options), waitSpoken(wait, words));
}

/** Makes an element say one text to those who see it, and another to those who hear it. */
export function showBoth(element, seen, heard) {
  if (!element.firstElementChild) {
    const text = make('span');
    text.setAttribute('aria-hidden', 'true');
    element.replaceChildren(text, make('span', 'visually-hidden'));
  }
  say(element.firstElementChild, seen);
  say(element.lastElementChild, heard);
}
