/** A form whose answers take effect when they are saved: it says whether they are. */

import { say } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { messageFor } from './messages.js';

export class SavedForm {
  #form;
  #told;
  #save;
  #isChanged;
  #onSignedOut;
  /** What the clerk is told: a text's key, or null for whether there is something to save. */
  #message = null;
  #busy = false;

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} told its live region
   * @param {() => Promise<void>} save rejects with a Problem
   * @param {() => boolean} isChanged there is something to save
   * @param {() => void} onSignedOut the session is over
   */
  constructor(form, told, { save, isChanged, onSignedOut }) {
    this.#form = form;
    this.#told = told;
    this.#save = save;
    this.#isChanged = isChanged;
    this.#onSignedOut = onSignedOut;
    form.addEventListener('input', () => this.tell(null));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** Says a text until something is written; null: nothing in particular. */
  tell(key) {
    this.#message = key;
    this.draw();
  }

  clear() {
    this.tell(null);
  }

  draw() {
    const key = this.#message ?? (this.#isChanged() ? 'console.office.unsaved' : null);
    say(this.#told, key ? t(key) : '');
    this.#form.querySelector('[type="submit"]').setAttribute('aria-busy', this.#busy);
  }

  async #submit() {
    if (this.#busy) return;
    this.#busy = true;
    this.draw();
    try {
      await this.#save();
      this.#message = 'console.office.saved';
    } catch (problem) {
      if (problem.status === 401) this.#onSignedOut();
      this.#message = messageFor(problem).key;
    } finally {
      this.#busy = false;
      this.draw();
    }
  }
}
