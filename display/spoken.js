/** The calls in words for screen readers: a log, to which each call is added once, in the order of the calls. */

import { make } from '../clients/lib/dom.js';

const KEPT = 12;

export class Spoken {
  #log;
  #words;

  /** @param {HTMLElement} log a live region with role="log" @param {Words} words */
  constructor(log, words) {
    this.#log = log;
    this.#words = words;
  }

  /** @param {Array} calls as in Board, the oldest first */
  add(calls) {
    for (const { number, window, again } of calls) {
      const key = again ? 'display.spoken_again' : 'display.spoken';
      this.#log.append(this.#words.say(make('p'), key, { number, window }));
    }
    while (this.#log.children.length > KEPT) this.#log.firstChild.remove();
  }
}
