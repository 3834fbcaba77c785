/** Draws the wall's lists: who was called earlier, and how many wait at each counter. */

import { keyed, make, say } from '../clients/lib/dom.js';

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
 * today. Null where there is nothing to say.
 *
 * @param {object} counter as in Board
 * @returns {{tone: string, text: (words: I18n) => string}|null}
 */
export function remark({ ticketing, paused_for: reason, left }) {
  if (ticketing === 'paused') {
    return { tone: 'warn', text: ({ t, name }) => (reason ? name(reason) : t('display.ticketing.paused')) };
  }
  if (ticketing === 'full') return { tone: 'bad', text: ({ t }) => t('display.ticketing.full') };
  if (ticketing === 'open' && left != null) return { tone: 'warn', text: ({ t }) => t('display.left', { count: left }) };
  return null;
}

/**
 * @param {HTMLElement} list
 * @param {Array} counters as in Board
 * @param {Words} words
 * @param {(id: string) => object} nameOf a counter's names by language
 */
export function drawWaiting(list, counters, words, nameOf) {
  const create = () => {
    const label = make('span', 'label', make('span', 'both name'), make('span', 'remark both turns'));
    return make('li', 'row', label, make('strong', 'number'));
  };
  keyed(list, counters, ({ id }) => id, create, (row, counter) => {
    const [label, number] = row.children;
    const [name, chip] = label.children;
    const said = remark(counter);
    row.dataset.counter = counter.id;
    words.name(name, nameOf(counter.id));
    say(number, String(counter.waiting));
    chip.hidden = said === null;
    if (!said) return;
    chip.dataset.tone = said.tone;
    words.fill(chip, said.text);
  });
}
