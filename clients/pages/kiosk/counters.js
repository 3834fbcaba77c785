import { walkInTicketing } from '../../lib/board.js';

/**
 * What the start screen offers: the office's counters, each with how many wait and how long, and whether it gives numbers.
 *
 * @param {object} office Office
 * @param {object|null} board Board, or null while none has come
 * @returns {Array<{id: string, name: object, waiting: number|null, open: boolean, reason: string|null, pausedFor: object|null, left: number|null, wait: object|null}>}
 *   `reason` says why a counter gives no numbers: 'paused', 'full', 'done' for today, 'closed', or 'unknown' before the
 *   first board; `pausedFor`, `left` and `wait` are as in Board
 */
export function offers(office, board) {
  return office.counters.map(({ id, name }) => {
    const state = board?.counters.find((counter) => counter.id === id);
    const ticketing = state ? walkInTicketing(state) : 'unknown';
    const open = ticketing === 'open';
    const { waiting = null, paused_for: pausedFor = null, left = null, wait = null } = state ?? {};
    return { id, name, waiting, open, reason: open ? null : ticketing, pausedFor, left, wait };
  });
}

/**
 * What stands above the counters: `lead`, or that nobody calls at the moment, which is no reason not to take a number:
 * `lunch`, or `preparing` where no window is open at another hour.
 *
 * @param {object|null} board Board, or null while none has come
 */
export function leadOf(board) {
  const staffed = !board || board.windows.some((window) => window.state !== 'closed');
  if (staffed) return 'lead';
  return board.status === 'lunch' ? 'lunch' : 'preparing';
}

/** A counter's names; empty ones where the city's file has it no more. */
export function namesOf(office, counter) {
  return office.counters.find(({ id }) => id === counter)?.name ?? { ko: '' };
}

/** The numbers of the windows that serve a counter, as people read them: "1–4", "2, 5", "1–3, 6". */
export function windowsOf(office, counter) {
  const ids = office.windows.filter((window) => window.counters.includes(counter)).map((window) => window.id);
  const runs = [];
  for (const id of ids.sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last[1] === id - 1) last[1] = id;
    else runs.push([id, id]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}
