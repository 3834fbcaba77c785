/** Asks every other minute whether another office is clearly quicker than this one. */

import { api } from '../clients/lib/api.js';
import { clockMinutes } from '../clients/lib/nearby.js';
import { timeOfDay } from '../clients/lib/time.js';
import { askable, ElsewhereLine, quicker } from './elsewhere.js';

const EVERY_MS = 90_000;
const FIRST_MS = 5_000;

const ask = (counter, { lat, lon }) => api(`/nearby?${new URLSearchParams({ counter, lat, lon })}`);

export class ElsewhereWatch {
  #circumstances;
  #changed;
  #tools;
  #line = new ElsewhereLine();

  /**
   * @param {() => object|null} circumstances gives `{office, offices, board}` of the screen, whose `board` is true now; null
   *   where nothing is to be said
   * @param {() => void} changed what is to be shown may be something else
   * @param {object} tools `ask`, `random`, `setTimeout`, `now` replace the browser's own in tests
   */
  constructor(circumstances, changed, tools = {}) {
    this.#circumstances = circumstances;
    this.#changed = changed;
    this.#tools = {
      ask,
      random: Math.random,
      setTimeout: (...args) => globalThis.setTimeout(...args),
      now: () => new Date(),
      ...tools,
    };
  }

  /** What the wall says: as `quicker` has it, or null. */
  get shown() {
    return this.#circumstances() ? this.#line.shown : null;
  }

  start() {
    this.#after(FIRST_MS);
  }

  /** Jittered: a city's walls are turned on at the same hour. */
  #after(ms) {
    this.#tools.setTimeout(() => this.#look(), ms * (0.7 + 0.6 * this.#tools.random()));
  }

  async #look() {
    let found = [];
    try {
      found = await this.#find();
    } catch (error) {
      // What was true a minute ago is not said any more.
      console.error(error);
    }
    this.#line.take(found, this.#tools.now().getTime());
    this.#changed();
    this.#after(EVERY_MS);
  }

  async #find() {
    const { office, offices, board } = this.#circumstances() ?? {};
    if (!office?.location) return [];
    const found = [];
    for (const counter of askable(office, offices, board)) {
      const ranked = await this.#tools.ask(counter, office.location);
      found.push(...quicker(office.id, counter, ranked, clockMinutes(timeOfDay(this.#tools.now()))));
    }
    return found;
  }
}
