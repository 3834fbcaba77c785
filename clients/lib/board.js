/**
 * What a client concludes from an office's boards. Pure functions: no DOM, no clock of their own.
 *
 * Board and its fields are as in openapi/openapi.json; times in it are RFC 3339 strings.
 */

/**
 * Whether `next` should be shown after `previous` (null: nothing shown yet).
 *
 * Another epoch always wins: the store was rebuilt and its versions start anew.
 */
export function newer(previous, next) {
  return !previous || next.epoch !== previous.epoch || next.version >= previous.version;
}

/**
 * The calls of `board` that were not announced yet, oldest first.
 *
 * `seen` is what the last answer gave as `seen`, or null on a fresh screen, which announces nothing old.
 * Calls count up by `seq` within an epoch and a day. Beyond that `seq` says nothing, and a call is new if it was
 * made after the last board that was seen.
 *
 * @returns {{calls: Array, seen: {epoch: string, day: string, seq: number, at: string}}}
 */
export function newCalls(seen, board) {
  const sameCount = seen && seen.epoch === board.epoch && seen.day === board.day;
  const isNew = (call) => {
    if (!seen) return false;
    return sameCount ? call.seq > seen.seq : Date.parse(call.at) > Date.parse(seen.at);
  };
  const seq = Math.max(sameCount ? seen.seq : 0, ...board.calls.map((call) => call.seq));
  return {
    calls: board.calls.filter(isNew),
    seen: { epoch: board.epoch, day: board.day, seq, at: board.at },
  };
}

/**
 * Whether a counter of a board gives numbers: as its `ticketing`, but 'done' where it is full because its staff give no
 * more numbers today.
 */
export function walkInTicketing({ ticketing, left }) {
  return ticketing === 'full' && left === 0 ? 'done' : ticketing;
}

/** Whether it gives numbers online: the same, but 'online_paused' where only those are paused, and 'closed' where it gives none. */
export function onlineTicketing(state) {
  if (state.online === 'paused') return state.ticketing === 'paused' ? 'paused' : 'online_paused';
  return state.online === 'open' ? walkInTicketing(state) : 'closed';
}

/** What keeps people from a counter's numbers: 'paused', 'full', 'done' or 'online_paused'; null where nothing is to be said. */
export function hindrance(state) {
  const ticketing = walkInTicketing(state);
  if (ticketing !== 'open' && ticketing !== 'closed') return ticketing;
  return onlineTicketing(state) === 'online_paused' ? 'online_paused' : null;
}

/** People waiting in the whole office. */
export function waiting(board) {
  return board.counters.reduce((sum, counter) => sum + counter.waiting, 0);
}

/** Whether the office's day is over, or hasn't begun: it isn't open, and nobody is waiting or being served. */
export function isOver(board) {
  const shut = board.status === 'closed' || board.status === 'holiday';
  return shut && waiting(board) === 0 && !board.windows.some((window) => window.state === 'serving');
}

/** Up to how many people per open window an office is called quiet, and moderate. */
export const QUIET_UP_TO = 2;
export const MODERATE_UP_TO = 6;

/**
 * How crowded an office is: 'quiet', 'moderate', 'busy', or 'closed' whenever it isn't open (lunch included).
 *
 * It is people waiting per open window, nothing cleverer, and no promise about minutes. People who wait while no window
 * is open make an office busy.
 */
export function crowd(board) {
  if (board.status !== 'open') return 'closed';
  const people = waiting(board);
  if (people === 0) return 'quiet';
  const open = board.windows.filter((window) => window.state !== 'closed').length;
  const perWindow = people / open;
  if (perWindow <= QUIET_UP_TO) return 'quiet';
  return perWindow <= MODERATE_UP_TO ? 'moderate' : 'busy';
}
