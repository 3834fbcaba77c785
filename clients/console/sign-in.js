/** The sign-in screen. */

import { api } from '../shared/api.js';
import { find } from '../shared/dom.js';
import { t } from '../shared/i18n.js';

const REASONS = { 401: 'console.sign_in.wrong', 422: 'console.sign_in.wrong', 429: 'console.sign_in.too_many' };

export class SignInView {
  #onSignedIn;
  #busy = false;

  /** @param {(session: {user: string, role: string, office: string|null}) => void} onSignedIn */
  constructor(onSignedIn) {
    this.#onSignedIn = onSignedIn;
    find('#demo-hint').hidden = document.querySelector('meta[name="demo"]') === null;
    find('#sign-in-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit(event.target.elements);
    });
  }

  /** @param {string|null} reason a text's key that says why one has to sign in, or null */
  explain(reason) {
    const problem = find('#sign-in-problem');
    problem.hidden = reason === null;
    if (reason === null) return;
    problem.dataset.t = reason;
    problem.textContent = t(reason);
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
      this.explain(REASONS[problem.status] ?? 'console.sign_in.no_answer');
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
