/** When nobody is served yet: what an office says, and when it opens. Pure functions of Board and Office.hours. */

import { timeOfDay } from './frames.js';

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
