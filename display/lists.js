/** Draws the wall's lists: who was called earlier, and how many wait at each counter and how long. */

import { keyed, make, say } from '../clients/lib/dom.js';
import { chanceText } from '../clients/lib/served-today.js';
import { hasWait, waitText } from '../clients/lib/wait.js';

/** @param {HTMLElement} list @param {Array} calls as in Board, in the order of the rows @param {Words} words */
export function drawEarlier(list, calls, words) {
  const create = () => {
    const row = make('li', 'row', make('strong', 'number'), make('span', 'arrow', '→'), make('span', 'both'));
    row.children[1].setAttribute('aria-hidden', 'true');
    return row;
  };
  keyed(list, calls, ({ number, window }) => `${number}-${window}`, create, (row, { number, window }) => {
    say(row.children[0], String(number));
    words.say(row.children[2], 'common.window', { window });
  });
}

/**
 * What keeps people from a counter's numbers, or will soon: why it is paused, that it is full, how many numbers it gives
 * today, that a number taken now may not be called today. Null where there is nothing to say.
 *
 * @param {object} counter as in Board
 * @param {{short?: boolean}} options whether there is room only for what keeps people from numbers
 * @returns {{tone: string, text: (words: I18n) => string}|null}
 */
export function remark({ ticketing, paused_for: reason, left, wait }, { short = false } = {}) {
  if (ticketing === 'paused') {
    return { tone: 'warn', text: ({ t, name }) => (reason ? name(reason) : t('display.ticketing.paused')) };
  }
  if (ticketing === 'full') return { tone: 'bad', text: ({ t }) => t('display.ticketing.full') };
  if (ticketing !== 'open') return null;
  if (left != null) return { tone: 'warn', text: ({ t }) => t('display.left', { count: left }) };
  if (wait?.served_today != null && !short) return { tone: 'warn', text: (words) => chanceText(wait, words, { short: true }) };
  return null;
}

/**
 * @param {HTMLElement} list
 * @param {Array} counters as in Board
 * @param {Words} words
 * @param {(id: string) => object} nameOf a counter's names by language
 * @param {{short: boolean}} options whether there is room for the range of a wait only
 */
export function drawWaiting(list, counters, words, nameOf, { short }) {
  const create = () => {
    const label = make('span', 'label', make('span', 'both name'), make('span', 'remark both turns'));
    return make('li', 'row', label, make('span', 'wait both turns'), make('strong', 'number'));
  };
  keyed(list, counters, ({ id }) => id, create, (row, counter) => {
    const [label, wait, number] = row.children;
    const [name, chip] = label.children;
    const said = remark(counter, { short });
    row.dataset.counter = counter.id;
    words.name(name, nameOf(counter.id));
    say(number, String(counter.waiting));
    wait.hidden = !hasWait(counter);
    if (hasWait(counter)) words.fill(wait, (lang) => waitText(counter.wait, lang, { short }));
    chip.hidden = said === null;
    if (!said) return;
    chip.dataset.tone = said.tone;
    words.fill(chip, said.text);
  });
}
