/**
 * What the chart of quiet hours shows, told from the service's answer. Pure functions.
 *
 * QuietHours and Board are as in openapi/openapi.json. Times are as "09:30".
 */

export const HALF_HOUR = 30;
/** As many grid lines above zero, at most. */
const LINES = 4;
const STEPS = [5, 10, 15, 20, 30, 60, 120];

const ORDER = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const minutesOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const clockOf = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** The weekdays on which the office is open, from Monday on. */
export function weekdays(answer) {
  return answer.week.map(({ weekday }) => weekday);
}

/** The weekday to show first: today's, or that of the next day on which the office is open. Null where it never is. */
export function firstWeekday(answer) {
  const today = ORDER.indexOf(answer.today.weekday);
  const ahead = ORDER.map((_, days) => ORDER[(today + days) % 7]);
  return ahead.find((weekday) => weekdays(answer).includes(weekday)) ?? null;
}

/** What a language calls a weekday such as 'mon': "월", or with `long` "월요일". */
export function weekdayName(weekday, lang, { long = false } = {}) {
  // The first of January 2024 was a Monday.
  const day = new Date(Date.UTC(2024, 0, 1 + ORDER.indexOf(weekday)));
  return new Intl.DateTimeFormat(lang, { weekday: long ? 'long' : 'short', timeZone: 'UTC' }).format(day);
}

/**
 * The half-hours of a weekday from the full hour of its opening until that of its end, each as `{from, to, state, minutes,
 * low, high, quiet, today}`.
 *
 * `state`: 'usual', 'closed', or 'unknown' where nobody was seen yet. What is not known is null. `today`: the wait of this
 * half-hour of today, where it is today's weekday and its wait is known.
 *
 * @param {object} answer QuietHours
 * @param {string} weekday one of `weekdays`
 */
export function halfHours(answer, weekday) {
  const { open, close, lunch } = answer.week.find((day) => day.weekday === weekday);
  const usual = new Map(answer.slots.filter((slot) => slot.weekday === weekday).map((slot) => [slot.from, slot]));
  const isToday = answer.today.weekday === weekday;
  const sofar = new Map(isToday ? answer.today.slots.map(({ from, minutes }) => [from, minutes]) : []);
  const begin = Math.floor(minutesOf(open) / 60) * 60;
  const end = Math.ceil(minutesOf(close) / 60) * 60;
  const columns = [];
  for (let at = begin; at < end; at += HALF_HOUR) {
    const from = clockOf(at);
    const to = clockOf(at + HALF_HOUR);
    const isClosed = to <= open || from >= close || (lunch !== null && from >= lunch[0] && to <= lunch[1]);
    const slot = isClosed ? undefined : usual.get(from);
    const { minutes = null, low = null, high = null, quiet = false } = slot ?? {};
    const state = isClosed ? 'closed' : slot ? 'usual' : 'unknown';
    columns.push({ from, to, state, minutes, low, high, quiet, today: sofar.get(from) ?? null });
  }
  return columns;
}

/**
 * Neighbours that belong together as one: `[{from, to, first, count}]`, `first` the index of the first one.
 *
 * @param {object[]} columns as `halfHours` gives them
 * @param {(column) => boolean} belongs
 */
export function runs(columns, belongs) {
  const found = [];
  columns.forEach((column, index) => {
    if (!belongs(column)) return;
    const last = found.at(-1);
    if (last && last.first + last.count === index) Object.assign(last, { to: column.to, count: last.count + 1 });
    else found.push({ from: column.from, to: column.to, first: index, count: 1 });
  });
  return found;
}

/** The axis: the minutes at its top, and those between two grid lines. `now`: today's latest wait, or null. */
export function scale(columns, now = null) {
  const values = columns.flatMap(({ minutes, high, today }) => [minutes, high, today]);
  const most = Math.max(10, ...[...values, now].filter((value) => value !== null));
  const step = STEPS.find((each) => most <= each * LINES) ?? Math.ceil(most / LINES / 60) * 60;
  return { top: Math.ceil(most / step) * step, step };
}

/**
 * The minutes that somebody who comes now would wait, from the office's board: at one counter, or on the mean of those
 * counters that say it, where a long line counts for more. Null where none says it, or the board is stale.
 *
 * @param {object|null} board Board
 * @param {string|null} counter
 */
export function waitNow(board, counter = null) {
  if (!board || board.stale) return null;
  const told = board.counters.filter(({ id, wait }) => wait && (counter === null || id === counter));
  if (told.length === 0) return null;
  const weight = ({ waiting }) => waiting + 1;
  const all = told.reduce((sum, one) => sum + weight(one), 0);
  return Math.round(told.reduce((sum, one) => sum + one.wait.minutes * weight(one), 0) / all);
}

/** The half-hour of a moment of the day such as "10:47"; null where it is not among the columns. */
export function columnAt(columns, clock) {
  return columns.find(({ from, to }) => from <= clock && clock < to) ?? null;
}
