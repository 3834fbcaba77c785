import { onlineTicketing } from '../../lib/board.js';

/**
 * Where a number can be taken online.
 *
 * @param {object[]} offices Office, all of the city's
 * @param {Map<string, object>} boards the last Board of each office that sent one
 * @returns {Array<{office: object, counters: Array<{id, name, waiting: number|null, ticketing: string, pausedFor: object|null,
 *   left: number|null, wait: object|null}>}>} the offices with an online counter; those that give numbers now come first, then by fewest waiting. `ticketing` is as board.js
 *   `onlineTicketing` says it, 'unknown' before the first board; `pausedFor`, `left` and `wait` are as in Board
 */
export function choices(offices, boards) {
  const list = offices.map((office) => ({ office, counters: onlineCounters(office, boards.get(office.id)) }));
  const rank = ({ counters }) => {
    const waits = counters.filter(isOpen).map((counter) => counter.waiting);
    return waits.length ? Math.min(...waits) : Infinity;
  };
  return list.filter(({ counters }) => counters.length > 0).sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

export function isOpen(counter) {
  return counter.ticketing === 'open';
}

const REASONS = {
  online_paused: 'booking.problem.online_paused',
  paused: 'booking.problem.counter_paused',
  full: 'booking.problem.counter_full',
  done: 'booking.problem.limit_reached',
  closed: 'booking.problem.office_closed',
};

/** Why no number can be taken at a counter of a board, as a text's key; null where one can, or it isn't known. */
export function whyNot(board, counter) {
  const state = board?.counters.find(({ id }) => id === counter);
  return state ? REASONS[onlineTicketing(state)] ?? null : null;
}

function onlineCounters(office, board) {
  return office.counters
    .filter((counter) => counter.online)
    .map(({ id, name }) => {
      const state = board?.counters.find((counter) => counter.id === id);
      const ticketing = state ? onlineTicketing(state) : 'unknown';
      const { waiting = null, paused_for: pausedFor = null, left = null, wait = null } = state ?? {};
      return { id, name, waiting, ticketing, pausedFor, left, wait };
    });
}
