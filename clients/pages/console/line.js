/**
 * Who waits, as a clerk at one window needs to see it. Pure functions of frames of the staff view.
 *
 * `window` is the Window as last heard, which may be newer than the frame: a press is shown before its frame comes.
 */

/**
 * Whom next would call at a window.
 *
 * @param {object} frame
 * @param {object} window
 * @returns {{ticket: object|null, absent: number}|null} the ticket, or null when nobody can be called, and how many wait for
 *   this window's counters and have not arrived; null where the frame is too old to say
 */
export function nextTurn(frame, window) {
  const line = lineOf(frame, window);
  if (!line) return null;
  const absent = count(frame, window.counters, ({ absent: some }) => some);
  return { ticket: frame.tickets.find(({ number }) => number === line[0]) ?? null, absent };
}

/**
 * The lists beside the window: the tickets of each that the frame has, and how many there are in all.
 *
 * Those who wait here stand in the order in which this window calls them, and behind them, unless `onlyMine`, those of
 * other counters by seniority.
 *
 * @returns {{here: Group, absent: Group, held: Group, no_show: Group}} Group: `{tickets, count}`
 */
export function groups(frame, window, onlyMine) {
  const counters = onlyMine ? window.counters : frame.counters.map(({ id }) => id);
  const waiting = frame.tickets.filter(({ state, counter }) => state === 'waiting' && counters.includes(counter));
  const inState = (wanted) => frame.tickets.filter(({ state }) => state === wanted);
  const here = inOrder(waiting.filter(({ arrived }) => arrived), lineOf(frame, window), window.counters);
  const absent = passedFirst(waiting.filter(({ arrived }) => !arrived));
  return {
    here: { tickets: here, count: count(frame, counters, ({ here: some }) => some) },
    absent: { tickets: absent, count: count(frame, counters, ({ absent: some }) => some) },
    held: { tickets: inState('held'), count: frame.held },
    no_show: { tickets: inState('no_show'), count: frame.no_shows },
  };
}

/** The numbers that the window calls, or null where the frame is from before it was opened for these counters. */
function lineOf(frame, window) {
  const then = frame.windows.find(({ id }) => id === window.id);
  if (!then || then.counters.join() !== window.counters.join()) return null;
  // Who has been called since the frame was made is in the line no more.
  return then.line.filter((number) => number !== window.number);
}

/** Who is of these counters and not in the line is too far behind to be listed in its place. */
function inOrder(here, line, counters) {
  if (!line) return here;
  const of = new Map(here.map((ticket) => [ticket.number, ticket]));
  const mine = line.map((number) => of.get(number)).filter(Boolean);
  return [...mine, ...here.filter(({ counter }) => !counters.includes(counter))];
}

/** Those whose turn has passed have little time left. */
function passedFirst(absent) {
  return [...absent.filter(({ turn_passed: passed }) => passed), ...absent.filter(({ turn_passed: passed }) => !passed)];
}

function count(frame, counters, of) {
  return frame.counters.filter(({ id }) => counters.includes(id)).reduce((sum, counter) => sum + of(counter), 0);
}
