/**
 * Where the visitor is. It is asked for only when the visitor has pressed the button for it, and stays in this page: it is
 * neither sent nor kept.
 */

import { find, focusOn, say } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';

const TIMEOUT_MS = 20_000;
const MOST_AGE_MS = 5 * 60_000;

export class Place {
  #button = find('#near');
  #panel = find('#near-panel');
  #told = find('#near-told');
  #changed;
  /** The last attempt: an answer to an earlier one comes too late. */
  #attempt = 0;
  #state = 'off';
  position = null;

  /** @param {() => void} changed the position is another one, or is not used any more */
  constructor(changed) {
    this.#changed = changed;
    this.#button.addEventListener('click', () => this.#turn());
    find('#near-use').addEventListener('click', () => this.#look());
    find('#near-close').addEventListener('click', () => this.#close());
  }

  draw() {
    const { position } = this;
    const isOpen = ['asking', 'looking', 'failed'].includes(this.#state);
    this.#button.setAttribute('aria-pressed', String(position !== null));
    this.#button.setAttribute('aria-expanded', String(isOpen));
    this.#panel.hidden = !isOpen;
    const keys = { looking: 'city.near.looking', failed: 'city.near.failed' };
    say(this.#told, keys[this.#state] ? t(keys[this.#state]) : '');
    this.#told.dataset.state = this.#state;
  }

  /** Uses the position no more. */
  #turn() {
    const hadPosition = this.position !== null;
    this.position = null;
    this.#attempt += 1;
    this.#state = hadPosition || !this.#panel.hidden ? 'off' : 'asking';
    this.draw();
    if (hadPosition) this.#changed();
  }

  #close() {
    this.#turn();
    focusOn(this.#button);
  }

  #look() {
    const attempt = ++this.#attempt;
    const ends = (state, position) => {
      if (attempt !== this.#attempt) return;
      this.#state = state;
      this.position = position;
      if (position) focusOn(this.#button);
      this.draw();
      if (position) this.#changed();
    };
    this.#state = 'looking';
    this.draw();
    if (!navigator.geolocation) return ends('failed', null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => ends('on', { lat: coords.latitude, lon: coords.longitude }),
      () => ends('failed', null),
      { maximumAge: MOST_AGE_MS, timeout: TIMEOUT_MS },
    );
  }
}
