/**
 * The question whether a ticket is done that has been at the window much longer than such tickets take: its "finish" may
 * have been forgotten. Nothing waits for the answer.
 */

import { find, say } from '../../lib/dom.js';
import { i18n, t } from '../../lib/i18n.js';
import { keep, recall } from '../../lib/storage.js';
import { lengthOf } from '../../lib/wait.js';

const KEPT_AS = 'sunbeon.console.still-served';
/** So many tickets are kept of which a clerk has said that they are still being served. */
const KEPT = 20;
const MINUTE_MS = 60_000;
/** The question is said again where its words change: not each minute. */
const STEP_MINUTES = 10;

const calmly = (minutes) => (minutes < STEP_MINUTES ? minutes : minutes - (minutes % STEP_MINUTES));

/** The tickets of which a clerk at this console has said that they are still being served. */
export class StillServed {
  #ids = recall(KEPT_AS, 'sessionStorage') ?? [];

  /** Whether the clerk of a window is to be asked about its ticket. @param {object} window StaffWindow, or what an answer says of it */
  asks({ forgotten, ticket }) {
    return Boolean(forgotten && ticket) && !this.#ids.includes(ticket.id);
  }

  /** A clerk has said so of this ticket: nobody asks about it here any more. */
  add({ id }) {
    this.#ids = [...this.#ids, id].slice(-KEPT);
    keep(KEPT_AS, this.#ids, 'sessionStorage');
  }
}

export class ForgottenQuestion {
  #still = new StillServed();
  #clerkWindow = null;

  /**
   * @param {() => void} onDone the clerk says that the ticket is done
   * @param {() => void} onStill the clerk has said that it isn't
   */
  constructor(onDone, onStill) {
    find('#forgotten-done').addEventListener('click', onDone);
    find('#forgotten-still').addEventListener('click', () => {
      const { ticket } = this.#clerkWindow.window;
      if (ticket) this.#still.add(ticket);
      onStill();
    });
  }

  /** @param {import('./clerk-window.js').ClerkWindow} clerkWindow */
  draw(clerkWindow) {
    this.#clerkWindow = clerkWindow;
    const { window, atWindowFor } = clerkWindow;
    const asks = this.#still.asks(window) && atWindowFor !== null;
    find('#forgotten').hidden = !asks;
    find('#forgotten-done').setAttribute('aria-disabled', !clerkWindow.can('finish'));
    const time = asks ? lengthOf(calmly(Math.floor(atWindowFor / MINUTE_MS)), i18n) : '';
    say(find('#forgotten-text'), asks ? t('console.forgotten', { number: window.number, time }) : '');
  }
}
