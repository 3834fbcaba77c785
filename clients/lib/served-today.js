/**
 * Whether somebody who takes a number now is called before the office closes, in words. Pure functions.
 *
 * `served_today` of a Wait is the probability in steps of 0.05, and null where it is nearly sure.
 */

/** Under this, people are asked whether they want a number all the same. */
const EVEN_CHANCE = 0.5;

const chanceOf = (wait) => wait?.served_today ?? null;

/** Whether it is more likely that somebody who takes a number now is not called today. */
export function isTooLate(wait) {
  const chance = chanceOf(wait);
  return chance !== null && chance < EVEN_CHANCE;
}

/**
 * How likely one is called today, as a sentence; '' where that is nearly sure or not known. `short`: for a small place.
 *
 * @param {object|null} wait Wait
 * @param {I18n} words
 */
export function chanceText(wait, { t }, { short = false } = {}) {
  const chance = chanceOf(wait);
  if (chance === null) return '';
  const percent = Math.round(100 * chance);
  if (percent === 0) return t(short ? 'served.short_none' : 'served.none');
  return t(short ? 'served.short' : 'served.chance', { percent });
}
