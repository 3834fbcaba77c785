/** One thing to say to the person at the kiosk, with a way back, and perhaps a way on. */

import { find, say } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';

export class MessageView {
  #message = null;

  constructor() {
    find('#message-retry').addEventListener('click', () => this.#message.retry());
  }

  /**
   * @param {{title: string, text: string, params?: object, number?: number, retry?: () => void}} message `title` and `text`
   *   are keys of texts
   */
  show(message) {
    this.#message = message;
    this.draw();
  }

  /** Draws again, for another language. */
  draw() {
    if (!this.#message) return;
    const { title, text, params, number, retry } = this.#message;
    say(find('#message-title'), t(title, params));
    say(find('#message-text'), t(text, params));
    find('#message-number').hidden = number === undefined;
    say(find('#message-number'), String(number ?? ''));
    find('#message-retry').hidden = !retry;
    find('#message-done').classList.toggle('primary', !retry);
  }
}

const REFUSALS = {
  office_closed: 'kiosk.problem.office_closed',
  counter_paused: 'kiosk.problem.counter_paused',
  counter_full: 'kiosk.problem.counter_full',
  limit_reached: 'kiosk.problem.limit_reached',
  numbers_used_up: 'kiosk.problem.numbers_used_up',
  too_many_tickets: 'kiosk.problem.too_many_tickets',
  unknown_counter: 'kiosk.problem.gone',
  unknown_office: 'kiosk.gone.text',
};

/** The message for a Problem: what happened, and where asking again may help, `retry`. */
export function messageOf(problem, retry) {
  const title = 'kiosk.problem.title';
  if (problem.code in REFUSALS) return { title, text: REFUSALS[problem.code] };
  if (problem.status === 0 || problem.status >= 500) return { title, text: 'kiosk.problem.no_answer', retry };
  return { title, text: 'kiosk.problem.other' };
}
