/** "0:07", "12:40", "1:02:09" for a length of time in milliseconds. */
export function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/**
 * In how long something is to be done, in words of the language: "20초 후", "in 5 minutes". Never sooner than `ms`.
 *
 * @param {number} ms milliseconds
 * @param {string} lang BCP 47 tag
 */
export function soon(ms, lang) {
  const words = new Intl.RelativeTimeFormat(lang);
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds <= 60 ? words.format(seconds, 'second') : words.format(Math.ceil(seconds / 60), 'minute');
}
