/** The keys of texts that browser code uses, found in its source. */

/**
 * Whatever looks like a key in a source: 'city.title', data-t="city.title", and `common.status.${status}`, which stands for
 * every key that begins so.
 *
 * @param {string} source a JavaScript or HTML file's text
 * @param {string[]} keys all that there are
 * @returns {Array<{key: string, meant: string[]}>} each place that names a key, and the keys that it means
 */
export function keysIn(source, keys) {
  const areas = [...new Set(keys.map((key) => key.split('.')[0]))].join('|');
  const literal = new RegExp(`['"\`]((?:${areas})\\.[a-z0-9_.]+)(['"\`]|\\$\\{)`, 'g');
  const places = [...source.matchAll(literal)].filter(([, key]) => !/\.(js|css|json|html)$/.test(key));
  return places.map(([, key, end]) => ({
    key,
    meant: keys.filter((one) => (end === '${' ? one.startsWith(key) : one === key)),
  }));
}
