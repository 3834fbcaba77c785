/** Moments in words: how long ago one was, and the time of day in the city. Pure functions. */

/**
 * How long ago `then` was, in words of the language: "20초 전", "3 minutes ago".
 *
 * Seconds go in steps of five, rounded up, so that a ticking notice stays calm and never calls old facts "now".
 *
 * @param {Date} then
 * @param {string} lang BCP 47 tag
 * @param {Date} now
 */
export function ago(then, lang, now = new Date()) {
  const seconds = Math.max(1, (now - then) / 1000);
  const words = new Intl.RelativeTimeFormat(lang);
  if (seconds <= 55) return words.format(-Math.ceil(seconds / 5) * 5, 'second');
  if (seconds < 3600) return words.format(-Math.max(1, Math.floor(seconds / 60)), 'minute');
  if (seconds < 86400) return words.format(-Math.floor(seconds / 3600), 'hour');
  return words.format(-Math.floor(seconds / 86400), 'day');
}

/** The city's time of day, "10:03" or with `seconds` "10:03:11", whatever zone the browser is in. */
export function timeOfDay(at, { seconds = false } = {}) {
  const options = { timeZone: 'Asia/Seoul', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  if (seconds) options.second = '2-digit';
  return new Intl.DateTimeFormat('en-GB', options).format(new Date(at));
}
