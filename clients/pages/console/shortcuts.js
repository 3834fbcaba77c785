/** Which key does what. Keys are read by their place, so that they work with the Korean input method on. */

const KEYS = {
  Space: 'next',
  KeyR: 'recall',
  KeyF: 'finish',
  KeyH: 'hold',
  KeyA: 'no-show',
  KeyT: 'transfer',
  KeyC: 'call',
};

const TYPES_INTO = 'input, select, textarea, [contenteditable]';
const PRESSED_BY_SPACE = 'button, a, summary';

/**
 * The action that a key press means, or null.
 *
 * Nothing while something is typed, for held keys, or with Ctrl, Alt or the system key. The space bar on a button presses
 * that button, as everywhere.
 *
 * @param {KeyboardEvent} event
 */
export function actionOf(event) {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return null;
  if (event.target.closest?.(TYPES_INTO)) return null;
  if (event.code === 'Space' && event.target.closest?.(PRESSED_BY_SPACE)) return null;
  return KEYS[event.code] ?? null;
}
