/** Where another office near by is clearly quicker than this one: what the wall says of it. No DOM. */

import { distanceText, isClearlyBetter, total } from '../clients/lib/nearby.js';

/** Farther than so many metres is not near by. */
const NEAR_METRES = 3000;
/** Nobody is sent away for fewer minutes. */
const LEAST_GAIN = 10;
const GAIN_STEP = 5;
/** The line changes no more often. */
export const HOLD_MS = 5 * 60_000;

/**
 * The counters of an office for which another one may be quicker: somebody waits long enough, and other offices have the
 * same counter.
 *
 * @param {object} office Office, or the part of it that a screen shows
 * @param {Array} offices all of the city
 * @param {object} board Board
 */
export function askable(office, offices, board) {
  const others = offices.filter(({ id }) => id !== office.id);
  return board.counters
    .filter(({ id, ticketing, wait }) => ticketing === 'open' && wait && wait.minutes > LEAST_GAIN
      && office.counters.some((counter) => counter.id === id)
      && others.some(({ counters }) => counters.some((counter) => counter.id === id)))
    .map(({ id }) => id);
}

/**
 * The offices that are clearly quicker than this one, the way included, the quickest first: each as
 * `{counter, office, minutes, metres}`, `minutes` the time that is gained, in steps of five.
 *
 * @param {string} here this office's id
 * @param {string} counter a counter's id
 * @param {Array} ranked as GET /nearby answers, asked from this office's own place
 * @param {number} now minutes since midnight in Seoul
 */
export function quicker(here, counter, ranked, now) {
  const place = ranked.findIndex(({ office }) => office === here);
  const wait = ranked[place]?.wait;
  if (!wait) return [];
  const own = total(wait, 0, now);
  return ranked
    // Offices after this one are slower, or it isn't known of them.
    .slice(0, place)
    .filter((one) => one.wait && one.distance_m !== null && one.distance_m <= NEAR_METRES)
    .map((one) => ({ ...one, there: total(one.wait, one.distance_m, now) }))
    .filter(({ there }) => isClearlyBetter(there, own) && own.minutes - there.minutes >= LEAST_GAIN)
    .map(({ office, distance_m: metres, there }) => {
      const minutes = GAIN_STEP * Math.floor((own.minutes - there.minutes) / GAIN_STEP);
      return { counter, office, minutes, metres };
    });
}

/** The one line of a wall. It goes as soon as it isn't true any more, and otherwise changes only every few minutes. */
export class ElsewhereLine {
  #shown = null;
  #changedAt = -Infinity;

  /** What is shown: as `quicker` has it, or null. */
  get shown() {
    return this.#shown;
  }

  /**
   * Takes what is true now.
   *
   * @param {Array} found as `quicker` gives it, of all counters
   * @param {number} at milliseconds
   */
  take(found, at) {
    const kept = this.#shown && found.find(({ counter, office }) => counter === this.#shown.counter && office === this.#shown.office);
    if (kept && at - this.#changedAt < HOLD_MS) return;
    const best = found.reduce((a, b) => (a && a.minutes >= b.minutes ? a : b), null);
    // Another line comes no sooner than it would have if the one before had stayed.
    const next = best && at - this.#changedAt >= HOLD_MS ? best : null;
    if (JSON.stringify(next) === JSON.stringify(this.#shown)) return;
    if (next) this.#changedAt = at;
    this.#shown = next;
  }
}

/**
 * The line as a notice, `{ko, en, isElsewhere}`.
 *
 * @param {object} shown as `quicker` has it
 * @param {object} here Office
 * @param {object|null} there Office
 * @param {Array<I18n>} words Korean and English
 */
export function noticeOf(shown, here, there, words) {
  const counter = here.counters.find(({ id }) => id === shown.counter);
  if (!counter || !there) return null;
  const texts = words.map(({ lang, t, name }) => [lang, t('display.nearby', {
    counter: name(counter.name),
    office: name(there.name),
    minutes: shown.minutes,
    distance: distanceText(shown.metres, lang),
  })]);
  return { ...Object.fromEntries(texts), isElsewhere: true };
}
