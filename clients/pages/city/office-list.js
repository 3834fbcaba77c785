/** Which offices the city page shows, and in what order. No DOM. */

import { onlineTicketing, waiting } from '../../lib/board.js';

export const SORTS = ['list', 'waiting', 'name'];

const normal = (text) => text.normalize('NFC').toLowerCase().replace(/[\s-]/g, '');

/**
 * The offices to show.
 *
 * @param {Array} offices Office objects, in the city's own order
 * @param {Map<string, Board>} boards by office id; an office without one counts as unknown, not as empty
 * @param {object} wish `kind` ('' for any), `open` (only those open now), `search` (part of a name in any language, or of the
 *   address), `sort` (one of SORTS), `lang`
 * @param {object} visitor `isOwn(id)`: whether it is one of the visitor's own, which come first in the order `list`;
 *   `metres`: the ways by office id, where the visitor's place is known: then the nearest come first in that order
 */
export function select(
  offices,
  boards,
  { kind = '', open = false, search = '', sort = 'list', lang = 'ko' } = {},
  { isOwn = () => false, metres = null } = {},
) {
  const wanted = normal(search);
  const matches = (office) =>
    (!kind || office.kind === kind) &&
    (!open || statusOf(office, boards) === 'open') &&
    [...Object.values(office.name), office.address ?? ''].some((text) => normal(text).includes(wanted));
  return offices.filter(matches).sort({ list: usual(isOwn, metres), ...orders(boards, lang) }[sort]);
}

function usual(isOwn, metres) {
  if (metres === null) return (a, b) => isOwn(b.id) - isOwn(a.id);
  // Those whose place is not known are not near.
  const far = ({ id }) => metres.get(id) ?? Infinity;
  return (a, b) => (far(a) === far(b) ? 0 : far(a) - far(b));
}

function orders(boards, lang) {
  const nameOf = (office) => office.name[lang] ?? office.name.en ?? office.name.ko;
  const collator = new Intl.Collator(lang, { numeric: true });
  // Open offices first: the shortest queue is of no use where nobody works.
  const load = (office) => {
    const board = boards.get(office.id);
    return board && board.status === 'open' ? waiting(board) : Infinity;
  };
  return {
    waiting: (a, b) => (load(a) === load(b) ? 0 : load(a) - load(b)),
    name: (a, b) => collator.compare(nameOf(a), nameOf(b)),
  };
}

/** The status as the newest board says it, else as the office list said when the page was loaded. */
export function statusOf(office, boards) {
  return boards.get(office.id)?.status ?? office.status;
}

/** What the whole city comes to: {open, offices, waiting}; people who wait at offices without a board are unknown, not 0. */
export function summary(offices, boards) {
  return {
    offices: offices.length,
    open: offices.filter((office) => statusOf(office, boards) === 'open').length,
    waiting: offices.reduce((sum, { id }) => sum + (boards.has(id) ? waiting(boards.get(id)) : 0), 0),
  };
}

/**
 * The counters that both the office and its board have, in the office's order, each as `[counter, as the board has it]`. A
 * board may be of another revision than the office was read with.
 */
export function shared(office, board) {
  const pairs = office.counters.map((counter) => [counter, board.counters.find(({ id }) => id === counter.id)]);
  return pairs.filter(([, state]) => state);
}

/** Whether a ticket can be taken online at this office right now. */
export function takesOnline(office, board) {
  return board ? shared(office, board).some(([counter, state]) => counter.online && onlineTicketing(state) === 'open') : false;
}
