/** A list of languages of which some are chosen, in an order that can be changed with a button beside each. */

import { copy, keyed, say } from '../../lib/dom.js';
import { languageName, t } from '../../lib/i18n.js';

export class OrderedChoice {
  #list;
  #order = [];
  #chosen = new Set();

  /** @param {HTMLElement} list is filled; `onChange`: something was chosen, or moved */
  constructor(list, onChange) {
    this.#list = list;
    this.onChange = onChange;
  }

  /** What is chosen, in its order. */
  get value() {
    return this.#order.filter((item) => this.#chosen.has(item));
  }

  /** @param {string[]} available all languages; `chosen`: some of them, in their order */
  show(available, chosen) {
    const known = chosen.filter((item) => available.includes(item));
    this.#chosen = new Set(known);
    this.#order = [...known, ...available.filter((item) => !this.#chosen.has(item))];
    this.draw();
  }

  draw() {
    keyed(this.#list, this.#order, (item) => item, (item) => this.#make(item), this.#draw);
  }

  #make(item) {
    const row = copy('#ordered-template');
    // Before the form hears of it, and draws again what is chosen.
    row.querySelector('input').addEventListener('input', ({ target }) => {
      if (target.checked) this.#chosen.add(item);
      else this.#chosen.delete(item);
      this.onChange();
    });
    row.querySelector('button').addEventListener('click', () => this.#moveUp(item));
    return row;
  }

  #draw = (row, item) => {
    const language = languageName(item);
    row.querySelector('input').checked = this.#chosen.has(item);
    const text = row.querySelector('.choice-name');
    text.lang = item;
    say(text, language);
    const up = row.querySelector('button');
    up.setAttribute('aria-label', t('console.lobby.up.of', { language }));
    up.setAttribute('aria-disabled', this.#order[0] === item);
  };

  #moveUp(item) {
    const at = this.#order.indexOf(item);
    if (at < 1) return;
    this.#order.splice(at - 1, 2, item, this.#order[at - 1]);
    this.draw();
    this.onChange();
  }
}
