/** The services of a city, and the offices that give one, by the wait there and the way. No DOM. */

import { clockMinutes, distance, rank } from '../../lib/nearby.js';
import { timeOfDay } from '../../lib/time.js';

/**
 * The services that there are: counters of different offices with one id are one service, and have the name that most of
 * them have.
 *
 * @param {Array} offices Office objects
 * @returns {Array} `{id, name, count}`, in the offices' order; `count`: how many offices give it
 */
export function services(offices) {
  const found = new Map();
  for (const { id, name } of offices.flatMap(({ counters }) => counters)) {
    const names = found.get(id) ?? new Map();
    const key = JSON.stringify(name);
    names.set(key, (names.get(key) ?? 0) + 1);
    found.set(id, names);
  }
  return [...found].map(([id, names]) => {
    const [[commonest]] = [...names].sort(([, a], [, b]) => b - a);
    return { id, name: JSON.parse(commonest), count: [...names.values()].reduce((sum, one) => sum + one, 0) };
  });
}

/** Metres from a position to each office by its id; null where its place, or the position, is not known. */
export function distances(offices, position) {
  return new Map(offices.map(({ id, location }) => [id, position && location ? distance(position, location) : null]));
}

/**
 * The offices that give a service, best first, each as `{office, distance, note}`. `note`: `fastest` for one that is
 * clearly better than all others; `small` for those between which the difference is too small to matter, where they are
 * better than the others; else null.
 *
 * @param {Array} offices Office objects, with today's hours
 * @param {Map<string, Board>} boards by office id
 * @param {string} service a counter's id
 * @param {{position: object|null, now: Date, alwaysOpen: boolean}} circumstances `alwaysOpen`: a demo, whose hours say
 *   nothing
 */
export function ranked(offices, boards, service, { position, now, alwaysOpen }) {
  const giving = offices.filter(({ counters }) => counters.some(({ id }) => id === service));
  const metres = distances(giving, position);
  const clock = clockMinutes(timeOfDay(now));
  const candidates = giving.map((office) => ({
    office,
    ...stateOf(boards.get(office.id), office, service),
    distance: metres.get(office.id),
    closesIn: alwaysOpen || !office.hours ? null : clockMinutes(office.hours.close) - clock,
  }));
  const inOrder = rank(candidates, clock, position !== null);
  const best = bestOf(inOrder);
  return inOrder.map((one, i) => {
    const note = i >= best ? null : best === 1 ? 'fastest' : 'small';
    return { office: one.office, distance: one.distance, note };
  });
}

/** Whether an office gives numbers for a service, and the wait there; old facts say nothing of a wait. */
function stateOf(board, office, service) {
  const status = board?.status ?? office.status;
  if (status !== 'open' && status !== 'lunch') return { gives: false, wait: null };
  const state = board?.counters.find(({ id }) => id === service);
  if (!state || board.stale) return { gives: true, wait: null };
  const gives = state.ticketing === 'open';
  return { gives, wait: gives ? state.wait : null };
}

/** How many of the first are as good as the best one: up to the first that is clearly better than those after it. */
function bestOf(inOrder) {
  const known = inOrder.filter((one) => one.total).length;
  if (known < 2) return 0;
  const last = inOrder.findIndex(({ clearlyBetter }) => clearlyBetter);
  return last < 0 ? known : last + 1;
}
