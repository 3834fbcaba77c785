/**
 * The keypad: every step of the kiosk by keys alone. Arrows go from one control to the next, Enter presses it.
 *
 * None of these keys is among those that a scanner types (scanner.js).
 */

const ACTIONS = {
  ArrowDown: 'next',
  ArrowRight: 'next',
  ArrowUp: 'previous',
  ArrowLeft: 'previous',
  Home: 'home',
  Escape: 'home',
  F2: 'read',
  '*': 'read',
  F3: 'again',
  PageUp: 'louder',
  PageDown: 'quieter',
};
const STEPS = { next: 1, previous: -1 };
/** In a text field these belong to the text. */
const OF_TEXTS = new Set(['ArrowRight', 'ArrowLeft', 'Home', '*']);

const CONTROLS = 'button, input, a[href]';

/**
 * What a key press asks for: 'next' or 'previous' control, 'home', 'read' aloud or not, 'again', 'louder', 'quieter'; null
 * for another key.
 *
 * @param {{key: string}} press
 * @param {boolean} inText a text field has the focus
 */
export function actionOf({ key, ctrlKey = false, altKey = false, metaKey = false }, inText) {
  if (ctrlKey || altKey || metaKey || (inText && OF_TEXTS.has(key))) return null;
  return ACTIONS[key] ?? null;
}

/**
 * Does what a key press asks for.
 *
 * @param {KeyboardEvent} event
 * @param {boolean} inText a text field has the focus
 * @param {object} deeds what is done for 'home', 'read', 'again', 'louder' and 'quieter'
 */
export function press(event, inText, deeds) {
  const action = actionOf(event, inText);
  // A dialog closes with Escape by itself.
  if (!action || (action === 'home' && document.querySelector('dialog[open]'))) return;
  event.preventDefault();
  if (action in STEPS) moveFocus(STEPS[action]);
  else deeds[action]();
}

/** The item after the current one, or before it, round and round; from none of them, the first or the last. */
export function neighbour(items, current, step) {
  const at = items.indexOf(current);
  if (at === -1) return items.at(step > 0 ? 0 : -1);
  return items[(at + step + items.length) % items.length];
}

/** The controls that can be reached now: those of an open dialog, or what one came for, then the foot, then the head. */
function controls() {
  const dialog = document.querySelector('dialog[open]');
  const areas = dialog ? [dialog] : document.querySelectorAll('main, .foot, .masthead');
  const order = [...areas].sort((a, b) => rank(a) - rank(b));
  return order.flatMap((area) => [...area.querySelectorAll(CONTROLS)]).filter((control) => control.getClientRects().length > 0);
}

const rank = (area) => ['MAIN', 'FOOTER', 'HEADER'].indexOf(area.tagName);

/** Moves the focus to the next control, or with step -1 to the one before. */
function moveFocus(step) {
  neighbour(controls(), document.activeElement, step)?.focus();
}
