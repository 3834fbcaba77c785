/** The sign-in screen. */

import { api } from '../../lib/api.js';
import { find } from '../../lib/dom.js';
import { i18n, t } from '../../lib/i18n.js';
import { soon } from './durations.js';

const REASONS = {
  401: 'console.sign_in.wrong',
  403: 'console.sign_in.weak',
  422: 'console.sign_in.wrong',
  429: 'console.sign_in.too_many',
};

export class SignInView {
  #onSignedIn;
  #busy = false;
  #reason = null;
  #wait = 0;

  /** @param {(session: {user: string, role: string, office: string|null}) => void} onSignedIn */
  constructor(onSignedIn) {
    this.#onSignedIn = onSignedIn;
    find('#demo-hint').hidden = document.querySelector('meta[name="demo"]') === null;
    find('#sign-in-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit(event.target.elements);
    });
  }

  /**
   * @param {string|null} reason a text's key that says why one has to sign in, or null
   * @param {number} wait milliseconds until trying again helps
   */
  explain(reason, wait = 0) {
    this.#reason = reason;
    this.#wait = wait;
    this.draw();
  }

  draw() {
    const problem = find('#sign-in-problem');
    problem.hidden = this.#reason === null;
    problem.textContent = this.#reason === null ? '' : t(this.#reason, { when: soon(this.#wait, i18n.lang) });
  }

  async #submit({ user, password }) {
    if (this.#busy) return;
    this.#setBusy(true);
    try {
      const session = await api('/session', { method: 'POST', body: { user: user.value.trim(), password: password.value } });
      password.value = '';
      this.explain(null);
      this.#onSignedIn(session);
    } catch (problem) {
      this.explain(REASONS[problem.status] ?? 'console.sign_in.no_answer', problem.retryAfter ?? 0);
      password.select();
    } finally {
      this.#setBusy(false);
    }
  }

  #setBusy(busy) {
    this.#busy = busy;
    find('#sign-in-button').setAttribute('aria-busy', busy);
    find('#sign-in-button').setAttribute('aria-disabled', busy);
  }
}
