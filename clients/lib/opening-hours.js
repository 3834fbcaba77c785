/**
 * When nobody is served yet: what an office says, and when it opens. Pure functions.
 *
 * Office and Board are as in openapi/openapi.json.
 */

import { timeOfDay } from './time.js';

const TIME_ZONE = 'Asia/Seoul';
const DAY_MS = 24 * 60 * 60_000;

/** The Korean calendar day of a moment: "2026-11-23". */
const dayOf = (at) => new Intl.DateTimeFormat('en-CA', { timeZone: TIME_ZONE }).format(at);

/** When an office that isn't open opens next: a Date, or null where nothing is said, or what was read is over. */
export function opensAt(office, board) {
  const at = new Date(office.opens_at ?? Number.NaN);
  return at > new Date(board.at) ? at : null;
}

/** The day of `at` as people name it on the day `today` ("2026-11-23"): "오늘", "tomorrow", "11월 30일 월요일". */
export function dayName(at, today, lang) {
  const days = Math.round((Date.parse(dayOf(at)) - Date.parse(today)) / DAY_MS);
  if (days === 0 || days === 1) return new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(days, 'day');
  const options = { timeZone: TIME_ZONE, weekday: 'long', month: 'long', day: 'numeric' };
  return new Intl.DateTimeFormat(lang, options).format(at);
}

/**
 * What to say of an office beside its status: when it opens today, when its lunch ends, or that it is open and has no window
 * open. Null where a window is open, or nothing more happens today.
 *
 * @param {object} board
 * @param {object|null} hours today's: `{open, close, lunch}` with times as "09:00"; null when closed all day
 * @param {Date} now
 * @returns {{key: string, params: object}|null} a text's key and its values
 */
export function opening(board, hours, now) {
  const clock = timeOfDay(now);
  switch (board.status) {
    case 'closed':
      return hours && clock < hours.open ? { key: 'common.opening.later', params: { time: hours.open } } : null;
    case 'lunch':
      return hours?.lunch ? { key: 'common.opening.lunch', params: { time: hours.lunch[1] } } : null;
    case 'open':
      if (board.windows.some(({ state }) => state !== 'closed')) return null;
      return preparing(hours, clock);
    default:
      return null;
  }
}

/** A demo is open at any hour: its hours are said all the same. */
function preparing(hours, clock) {
  if (!hours || clock >= hours.close) return { key: 'common.opening.preparing', params: {} };
  if (clock < hours.open) return { key: 'common.opening.preparing_from', params: { time: hours.open } };
  const [from, to] = hours.lunch ?? [];
  if (from <= clock && clock < to) return { key: 'common.opening.preparing_from', params: { time: to } };
  return { key: 'common.opening.preparing_hours', params: { open: hours.open, close: hours.close } };
}
