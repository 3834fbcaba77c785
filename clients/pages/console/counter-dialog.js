/** The dialog about one counter's numbers: why it is paused, and how many it still gives today. */

import { find, keyed, make, say } from '../../lib/dom.js';
import { name, t } from '../../lib/i18n.js';
import { LONGEST_REASON, PAUSE_REASONS, usualReason } from './pause-reasons.js';

const NONE = { id: 'none' };
const OTHER = { id: 'other' };
const CHOICES = [NONE, ...PAUSE_REASONS, OTHER];

export class CounterDialog {
  #dialog = find('#counter-dialog');
  #ask;
  #counter = null;

  /** @param {(counter: string, move: string, body: object) => Promise<void>} ask sends a request about a counter */
  constructor(ask) {
    this.#ask = ask;
    find('#reasons').addEventListener('change', () => this.#drawOther());
    for (const id of ['#reason-ko', '#reason-en']) find(id).maxLength = LONGEST_REASON;
    find('#reason-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send('pause', { reason: this.#reason() });
    });
    find('#limit-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send('limit', { more: Number(find('#limit-more').value) });
    });
    find('#limit-clear').addEventListener('click', () => this.#send('limit', { more: null }));
    find('#counter-dialog-close').addEventListener('click', () => this.#dialog.close());
  }

  /** @param {object} counter of an Office; `state`: the same on its Board */
  open(counter, state) {
    this.#counter = counter;
    this.#drawReasons();
    const reason = state.paused_for;
    this.#choose(usualReason(reason) ?? (reason ? OTHER : NONE));
    find('#reason-ko').value = reason?.ko ?? '';
    find('#reason-en').value = reason?.en ?? '';
    find('#limit-more').value = state.left ?? 10;
    find('#limit-clear').hidden = state.left === null;
    say(find('#limit-now'), state.left === null ? '' : t('common.left', { count: state.left }));
    this.draw();
    this.#dialog.showModal();
  }

  /** Draws again, for another language. */
  draw() {
    if (!this.#counter) return;
    say(find('#counter-dialog-title'), name(this.#counter.name));
    this.#drawReasons();
    this.#drawOther();
  }

  #drawReasons() {
    keyed(find('#reasons'), CHOICES, ({ id }) => id, this.#makeReason, (label, reason) => {
      say(label.querySelector('.choice-name'), reason.ko ? name(reason) : t(`console.reason.${reason.id}`));
    });
  }

  #makeReason = ({ id }) => {
    const input = make('input');
    Object.assign(input, { type: 'radio', name: 'reason', value: id });
    return make('label', 'choice', input, make('span', 'choice-name'));
  };

  #choose({ id }) {
    find(`#reasons input[value="${id}"]`).checked = true;
  }

  #drawOther() {
    const isOther = this.#chosen() === OTHER.id;
    find('#reason-other').hidden = !isOther;
    for (const input of find('#reason-other').querySelectorAll('input')) input.required = isOther;
  }

  #chosen() {
    return find('#reasons input:checked').value;
  }

  /** What people are told; null: nothing. */
  #reason() {
    const chosen = this.#chosen();
    if (chosen === OTHER.id) return { ko: find('#reason-ko').value.trim(), en: find('#reason-en').value.trim() };
    const { ko, en } = CHOICES.find(({ id }) => id === chosen);
    return ko ? { ko, en } : null;
  }

  async #send(move, body) {
    this.#dialog.close();
    await this.#ask(this.#counter.id, move, body);
  }
}
