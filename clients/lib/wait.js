/**
 * A wait in words, the same on every screen: an estimate is never said without its range. Pure functions.
 *
 * A Wait is as in openapi/openapi.json; null is one that can't be said yet. Each function takes the words to say it in (an
 * I18n).
 */

const HOUR = 60;

/** Whether a counter of a board has a wait to be said: only one that gives numbers has. */
export const hasWait = ({ ticketing }) => ticketing === 'open';

/** Minutes as a length of time: "12분", "1 h 20 min". */
export function lengthOf(minutes, { t }) {
  const params = { hours: Math.floor(minutes / HOUR), minutes: minutes % HOUR };
  if (params.hours === 0) return t('wait.length.minutes', params);
  return t(params.minutes === 0 ? 'wait.length.hours' : 'wait.length.hours_minutes', params);
}

/** "8~18분", "50분~1시간 20분": the unit is said once where both have the same. */
function rangeOf(low, high, words) {
  const isOneUnit = high < HOUR;
  return words.t('wait.range', { low: isOneUnit ? String(low) : lengthOf(low, words), high: lengthOf(high, words) });
}

/** How a wait in minutes is said: `within` its end, `about` a time, and with what is known of the range. */
function shapeOf({ minutes, low, high }) {
  if (minutes === 0) return 'within';
  if (low === high) return 'about';
  return low === 0 ? 'about_within' : 'about_range';
}

/** "약 12분 (8~18분)", or the range alone where `short`. */
function minutesText(wait, words, short) {
  const high = Math.max(1, wait.high);
  const within = words.t('wait.within', { high: lengthOf(high, words) });
  const shape = shapeOf(wait);
  if (shape === 'within') return within;
  const minutes = lengthOf(wait.minutes, words);
  if (shape === 'about') return words.t('wait.about', { minutes });
  const range = shape === 'about_within' ? within : rangeOf(wait.low, high, words);
  return short ? range : words.t('wait.about_range', { minutes, range });
}

/** A wait as it stands on a screen; `short`: the range alone, where there is no room for more. */
export function waitText(wait, words, { short = false } = {}) {
  if (!wait) return words.t('wait.unknown');
  if (wait.word === 'now') return words.t('wait.now');
  if (wait.word === 'after_closure') return words.t(short ? 'wait.from' : 'wait.after_closure', { time: wait.resumes });
  return minutesText(wait, words, short);
}

function minutesSpoken(wait, words) {
  const { minutes, low, high } = wait;
  const shape = shapeOf(wait);
  const count = shape === 'within' ? Math.max(1, high) : minutes;
  return words.t(`wait.spoken.${shape}`, { count, low, high });
}

/** A wait as it is said aloud, by a screen reader or a voice: "약 12분, 8분에서 18분 사이". */
export function waitSpoken(wait, words) {
  return wait?.word === 'minutes' ? minutesSpoken(wait, words) : waitText(wait, words);
}

/**
 * What else is to be known of a wait where there is room for it: how long it is until after the break, that it may last
 * until then, and that it is a rough guess yet. `aloud`: as it is said aloud.
 *
 * @returns {string[]}
 */
export function waitNotes(wait, words, { aloud = false } = {}) {
  if (!wait || wait.word === 'now') return [];
  const notes = [];
  if (wait.word === 'after_closure') notes.push(aloud ? minutesSpoken(wait, words) : minutesText(wait, words, false));
  else if (wait.resumes) notes.push(words.t('wait.note.after_closure', { time: wait.resumes }));
  if (wait.provisional) notes.push(words.t('wait.note.provisional'));
  return notes;
}
