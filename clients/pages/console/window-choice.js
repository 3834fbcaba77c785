/** The window at which a clerk works on this computer: `{office, window, counters}`, kept in the browser. */

import { keep, recall } from '../../lib/storage.js';

const KEPT_AS = 'sunbeon.console';

/** What was chosen last, or null. A choice that no longer fits the city is as good as none. */
export function lastChoice() {
  const kept = recall(KEPT_AS);
  return kept && typeof kept.office === 'string' && Number.isInteger(kept.window) && Array.isArray(kept.counters) ? kept : null;
}

export function rememberChoice(choice) {
  keep(KEPT_AS, choice);
}

/**
 * What the form offers first for an office: the kept choice if it is still possible there, else its first closed window.
 *
 * @param {object} office Office
 * @param {Array} windows the office's Windows as they are
 * @param {object|null} kept
 * @returns {{window: number, counters: string[]}}
 */
export function suggestion(office, windows, kept) {
  const known = kept?.office === office.id && windows.some(({ id }) => id === kept.window);
  const free = windows.find(({ state }) => state === 'closed') ?? windows[0];
  const window = known ? kept.window : free.id;
  return { window, counters: countersFor(office, windows, window, known ? kept.counters : []) };
}

/** Whether a choice can still be made: another city file may have come into force since. */
export function isPossible({ window, counters }, office, windows) {
  const isKnown = (counter) => office.counters.some(({ id }) => id === counter);
  return windows.some(({ id }) => id === window) && counters.every(isKnown);
}

/** The counters to tick for a window: what it serves now, else what it served here last, else what the city's file says. */
export function countersFor(office, windows, window, kept) {
  const open = windows.find(({ id, state }) => id === window && state !== 'closed');
  // A window may have been opened for a counter that the city's file has no more.
  const wanted = (open?.counters ?? kept).filter((counter) => office.counters.some(({ id }) => id === counter));
  return wanted.length > 0 ? wanted : office.windows.find(({ id }) => id === window)?.counters ?? [];
}
