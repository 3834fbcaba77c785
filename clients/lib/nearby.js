/**
 * Which of the offices that give one service is the quickest, from its wait and the way to it. Pure functions.
 *
 * They are the same as in service/domain/nearby.py, which says where the model of a way and its numbers come from;
 * tests/nearby.json has cases that both must solve. A position that is given here stays in the browser.
 */

const WALKED_A_MINUTE = 60;
const RIDDEN_A_MINUTE = 250;
const AT_STOPS = 8;

const EARTH_RADIUS = 6_371_000;
const DISTANCE_STEP = 50;

/** A difference of fewer minutes is too small to matter. */
export const WORTH_MINUTES = 5;

const radians = (degrees) => (degrees * Math.PI) / 180;

/** Metres as the crow flies between two places `{lat, lon}`, in steps of 50. */
export function distance(a, b) {
  const [latA, latB] = [radians(a.lat), radians(b.lat)];
  const across = Math.sin((latB - latA) / 2) ** 2
    + Math.cos(latA) * Math.cos(latB) * Math.sin(radians(b.lon - a.lon) / 2) ** 2;
  const metres = 2 * EARTH_RADIUS * Math.asin(Math.sqrt(Math.min(1, across)));
  return DISTANCE_STEP * Math.floor(metres / DISTANCE_STEP + 0.5);
}

/** Minutes of a way. */
export function travel(metres) {
  return Math.min(metres / WALKED_A_MINUTE, AT_STOPS + metres / RIDDEN_A_MINUTE);
}

/**
 * What a wait and the way come to: minutes from now until the call, as `{minutes, low, high}`.
 *
 * @param {object} wait Wait
 * @param {number} now minutes since midnight in Seoul
 */
export function total(wait, metres, now) {
  const way = travel(metres);
  const closed = wait.word === 'after_closure' && wait.resumes ? Math.max(0, clockMinutes(wait.resumes) - now) : 0;
  const untilCall = (waited) => Math.max(way, closed) + Math.max(0, waited - closed);
  return { minutes: untilCall(wait.minutes), low: untilCall(wait.low), high: untilCall(wait.high) };
}

/** Minutes since midnight of a time such as "13:00". */
export const clockMinutes = (clock) => clock.split(':').reduce((hours, part) => hours * 60 + Number(part), 0);

/** Whether total `a` comes before `b` in 9 of 10 cases, and by 5 minutes or more as expected. */
export function isClearlyBetter(a, b) {
  const gap = b.minutes - a.minutes;
  const facing = Math.sqrt((a.high - a.minutes) ** 2 + (b.minutes - b.low) ** 2);
  return gap >= WORTH_MINUTES && gap >= facing;
}

/**
 * All candidates, best first: by the expected minutes until the call, the way included. After those come offices of which
 * that is not known, or which close before anybody is there; last come those that give no numbers.
 *
 * @param {Array} candidates each `{office, gives, wait, distance, closesIn}`: whether it gives numbers; its Wait, metres,
 *   and minutes until it closes, or null for each that is not known
 * @param {number} now minutes since midnight in Seoul
 * @param {boolean} withWays false: only waits count
 * @returns {Array} the candidates, each with `total`, null where it is not known, and `clearlyBetter`: it is quicker than
 *   every office after it
 */
export function rank(candidates, now, withWays) {
  const ordered = candidates
    .map((one) => ({ ...one, total: known(one, now, withWays) }))
    .sort((a, b) => compare(keyOf(a), keyOf(b)));
  return ordered.map((one, i) => ({ ...one, clearlyBetter: beatsAll(one.total, ordered.slice(i + 1)) }));
}

function known({ gives, wait, distance: metres, closesIn }, now, withWays) {
  if (!gives || wait === null || (withWays && metres === null)) return null;
  const way = withWays ? metres : 0;
  return closesIn !== null && travel(way) >= closesIn ? null : total(wait, way, now);
}

function keyOf({ gives, wait, distance: metres, total: sum }) {
  const far = metres ?? Infinity;
  return sum ? [0, sum.minutes, far] : [gives ? 1 : 2, wait?.minutes ?? Infinity, far];
}

function compare(a, b) {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at] < b[at] ? -1 : 1;
}

function beatsAll(sum, after) {
  const others = after.map((one) => one.total).filter(Boolean);
  return sum !== null && others.length > 0 && others.every((other) => isClearlyBetter(sum, other));
}

/** A distance as people say it: "350 m", "1.2 km". */
export function distanceText(metres, lang) {
  const [value, unit, digits] = metres < 1000 ? [metres, 'meter', 0] : [metres / 1000, 'kilometer', 1];
  const options = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits };
  return new Intl.NumberFormat(lang, options).format(value);
}
