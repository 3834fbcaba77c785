/**
 * Reading aloud, for people who don't see the screen: each step, and each control that gets the focus.
 *
 * It begins with a key of the keypad, or when headphones are plugged in, and ends with the person: nobody else in the
 * lobby has to listen. A new text always takes the place of the one before.
 */

import { find, say } from '../../lib/dom.js';
import { i18n, t } from '../../lib/i18n.js';
import { inWords, nameOf, sentences, textsOf } from './spoken.js';

const LOUDER = 0.2;
const QUIETEST = 0.2;
const NEWS = '[role="status"], [role="alert"]';

const root = document.documentElement;

export class Reading {
  #speech;
  #choices;
  #on = false;
  #wasInDialog = false;
  #language = null;

  /**
   * @param {object} speech as in speech.js
   * @param {() => number} choices how many counters there are to choose from now; 0 where that isn't the step
   */
  constructor(speech, choices) {
    this.#speech = speech;
    this.#choices = choices;
    document.addEventListener('focusin', ({ target }) => this.#onFocus(target));
    new MutationObserver((changes) => this.#onChanges(changes)).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  }

  get on() {
    return this.#on;
  }

  start() {
    this.#set(true);
    if (this.#speech.speaks(i18n.lang)) this.again();
  }

  stop() {
    if (this.#on && this.#speech.speaks(i18n.lang)) this.#speech.stop();
    this.#set(false);
  }

  toggle() {
    if (this.#on) this.stop();
    else this.start();
  }

  /** Reads the present step from its beginning. */
  again() {
    const step = document.querySelector('dialog[open]') ?? document.querySelector('.view:not([hidden])');
    if (!this.#on || !step) return;
    this.#language = root.lang;
    const count = this.#choices();
    const more = count > 0 ? [t('kiosk.reading.choices', { count })] : [];
    this.#say(sentences([textsOf(step), ...more, t('kiosk.reading.how')]));
  }

  louder() {
    this.#turn(LOUDER);
  }

  quieter() {
    this.#turn(-LOUDER);
  }

  /** Draws again, for another language. */
  draw() {
    const text = this.#speech.speaks(i18n.lang) ? 'kiosk.reading.on' : 'kiosk.reading.missing';
    say(find('#reading'), this.#on ? t(text) : '');
  }

  #set(on) {
    this.#on = on;
    // Who listens needs more time than who reads.
    if (on) root.dataset.reading = 'on';
    else delete root.dataset.reading;
    this.draw();
  }

  #turn(change) {
    this.#speech.volume = Math.min(1, Math.max(QUIETEST, this.#speech.volume + change));
    this.again();
  }

  /** A heading has the focus when a step begins: then the whole step is read. */
  #onFocus(target) {
    if (!this.#on) return;
    const isInDialog = target.closest('dialog[open]') !== null;
    const isNewStep = target.matches('h1, h2') || (isInDialog && !this.#wasInDialog);
    this.#wasInDialog = isInDialog;
    if (isNewStep) this.again();
    else this.#say(nameOf(target));
  }

  /** What a screen reader would tell of, too. When all texts are in another language, the step is read. */
  #onChanges(changes) {
    if (!this.#on) return;
    if (this.#language !== root.lang) {
      this.again();
      return;
    }
    const regions = new Set(changes.map(({ target }) => (target.closest ? target : target.parentElement)?.closest(NEWS)));
    for (const region of regions) {
      const text = region && region.id !== 'reading' && region.getClientRects().length > 0 ? region.textContent.trim() : '';
      if (text) this.#say(text);
    }
  }

  #say(text) {
    if (this.#on && text && this.#speech.speaks(i18n.lang)) this.#speech.say(inWords(text, i18n), i18n.lang);
  }
}
