/** The set-up screen, for staff: the device key is entered here once. */

import { find } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { enrol } from './device.js';

export class SetupView {
  #office;
  #onReady;

  /** @param {string} office this kiosk's; `onReady` is called when a key was found good and is kept */
  constructor(office, onReady) {
    this.#office = office;
    this.#onReady = onReady;
    find('#setup-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#enter(find('#key').value.trim());
    });
  }

  /** Empty, for whoever comes next; `back`: there is a way back. */
  clear(back) {
    this.explain(null);
    find('#key').value = '';
    find('#setup-back').hidden = !back;
  }

  /** Says why there has to be another key: 'unknown', 'screen', 'another' (office's) or 'no_answer'; null says nothing. */
  explain(reason) {
    const problem = find('#setup-problem');
    problem.hidden = reason === null;
    if (reason === null) return;
    problem.dataset.t = `kiosk.setup.${reason}`;
    problem.textContent = t(problem.dataset.t);
  }

  async #enter(key) {
    const refused = await enrol(key, this.#office).catch(() => 'no_answer');
    this.explain(refused);
    if (refused) find('#key').select();
    else this.#onReady();
  }
}
