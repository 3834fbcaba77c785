/** A visitor's own offices, as this browser remembers them. No DOM. */

import { keep, recall } from '../../lib/storage.js';

const STORED_AS = 'sunbeon.own-offices';

export class OwnOffices {
  #ids;

  constructor() {
    const kept = recall(STORED_AS);
    this.#ids = new Set(Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : []);
  }

  has(id) {
    return this.#ids.has(id);
  }

  /** Makes an office one of the visitor's own, or no more. */
  turn(id) {
    if (!this.#ids.delete(id)) this.#ids.add(id);
    keep(STORED_AS, this.#ids.size > 0 ? [...this.#ids] : null);
  }
}
