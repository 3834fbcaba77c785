/** The few things that every page does with its elements. */

import { apply } from './i18n.js';

/** The one element that `selector` names; a page without it is a mistake, told at once. */
export function find(selector, root = document) {
  const element = root.querySelector(selector);
  if (!element) throw new Error(`no ${selector} in this page`);
  return element;
}

/** A new element with its class and children (elements or texts). */
export function make(tag, className = '', ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** Sets an element's text only if it differs: a live region that is written to speaks, even the same words. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A fresh copy of a template's one element, in the page's language. */
export function copy(selector) {
  const fragment = find(selector).content.cloneNode(true);
  apply(fragment);
  return fragment.firstElementChild;
}

/**
 * Gives `parent` one child an item, in order. The element of a key that stays is kept, so that focus, scrolling and a
 * reader's place survive a redraw.
 *
 * @param {Element} parent
 * @param {Array} items
 * @param {(item) => string|number} keyOf unique within `items`
 * @param {(item) => Element} make the element for a new key
 * @param {(element: Element, item) => void} update draws the item into its element, new or kept
 */
export function keyed(parent, items, keyOf, make, update) {
  const focused = document.activeElement;
  const wanted = new Set(items.map((item) => String(keyOf(item))));
  const kept = new Map();
  // Who is gone goes first: then those who stay have to be moved only where their order has changed.
  for (const child of [...parent.children]) {
    if (wanted.has(child.dataset.key)) kept.set(child.dataset.key, child);
    else child.remove();
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let element = kept.get(key);
    if (!element) {
      element = make(item);
      element.dataset.key = key;
    }
    update(element, item);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  // An element that is moved loses the focus.
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus({ preventScroll: true });
}

/**
 * Runs `draw`. Where that hides or removes what has the focus, the focus goes to `next`, and not to the page's body, from
 * which a reader would have to begin anew.
 *
 * @param {() => void} draw
 * @param {HTMLElement} next it is made focusable if it isn't
 */
export function keepFocus(draw, next) {
  const had = document.activeElement;
  draw();
  if (had === document.body || isShown(had)) return;
  focusOn(next);
}

/** Gives the focus to an element; a text that isn't reached with Tab can have it too. */
export function focusOn(element) {
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

function isShown(element) {
  return element.isConnected && element.getClientRects().length > 0;
}

/**
 * Shows one of a page's views and hides the others; focus goes to its heading, unless it was shown already.
 *
 * @param {Iterable<HTMLElement>} views
 * @param {HTMLElement} shown
 */
export function showView(views, shown) {
  const isNew = shown.hidden;
  for (const view of views) view.hidden = view !== shown;
  if (!isNew) return;
  const heading = shown.querySelector('h1, h2');
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}
