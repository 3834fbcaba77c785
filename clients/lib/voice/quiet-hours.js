/** Hours of the day in which a screen makes no sound. Pure. */

import { timeOfDay } from '../time.js';

/**
 * Whether it is quiet now.
 *
 * @param {Array<[string, string]>} hours ["12:00", "13:00"] by the city's clock; from 22:00 to 07:00 is over midnight
 */
export function isQuiet(hours, now) {
  const time = timeOfDay(now);
  return hours.some(([from, to]) => (from <= to ? from <= time && time < to : from <= time || time < to));
}
