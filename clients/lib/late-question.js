/**
 * The question before a number is taken so late that it may not be called today. Its sheet, `#late-dialog` with a
 * `#late-chance`, is the page's own.
 */

import { ask } from './dialog-sheet.js';
import { find, say } from './dom.js';
import { i18n } from './i18n.js';
import { chanceText, isTooLate } from './served-today.js';

export class LateQuestion {
  #sheet = find('#late-dialog');
  #waitNow = null;

  /**
   * Whether somebody wants a number. Asks only where the wait says that they are likelier not to be called today.
   *
   * @param {() => object|null} waitNow the Wait at the counter, as it is whenever this is drawn
   */
  async isWanted(waitNow) {
    if (!isTooLate(waitNow())) return true;
    this.#waitNow = waitNow;
    this.draw();
    const answer = await ask(this.#sheet);
    this.#waitNow = null;
    return answer === 'take';
  }

  /** Draws again: with what is true now, or in another language. */
  draw() {
    if (this.#waitNow) say(find('#late-chance'), chanceText(this.#waitNow(), i18n));
  }

  /** Takes the question back: nobody wants a number. */
  close() {
    this.#sheet.close();
  }
}
