/** The number that was just given, on the screen and on paper. */

import { find, say } from '../../lib/dom.js';
import { i18n, name, t } from '../../lib/i18n.js';
import { chanceText } from '../../lib/served-today.js';
import { waitNotes } from '../../lib/wait.js';
import { showBoth, showWait } from '../../lib/wait-line.js';
import { namesOf, windowsOf } from './counters.js';
import { aheadText, print } from './receipt.js';

export class ResultView {
  #ticket = null;
  #office = null;

  /** @param {object} ticket Ticket; `office`: its Office */
  show(ticket, office) {
    this.#ticket = ticket;
    this.#office = office;
    find('#result-qr').src = `/t/${ticket.id}/qr.svg`;
    this.draw();
  }

  /** Draws again, for another language. */
  draw() {
    const ticket = this.#ticket;
    if (!ticket) return;
    say(find('#result-counter'), name(namesOf(this.#office, ticket.counter)));
    say(find('#result-spoken'), t('kiosk.result.spoken', { number: ticket.number }));
    say(find('#result-number'), String(ticket.number));
    say(find('#result-ahead'), aheadText(ticket));
    showWait(find('#result-wait'), ticket.wait, i18n);
    const notes = (options) => [chanceText(ticket.wait, i18n), ...waitNotes(ticket.wait, i18n, options)].filter(Boolean).join(' · ');
    find('#result-notes').hidden = notes() === '';
    showBoth(find('#result-notes'), notes(), notes({ aloud: true }));
    say(find('#result-windows'), t('kiosk.result.window_numbers', { windows: windowsOf(this.#office, ticket.counter) }));
  }

  /** Prints the ticket; done when the browser has printed, or has been told not to. */
  async print() {
    await print(this.#ticket, this.#office, find('#result-qr'));
  }

  /** Nothing of the last person stays. */
  clear() {
    this.#ticket = null;
    find('#result-qr').removeAttribute('src');
  }
}
