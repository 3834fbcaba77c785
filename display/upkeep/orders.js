/** What the office's staff order this screen to do: each order once, also over a reload. No DOM. */

import { keep, recall } from '../../clients/lib/storage.js';

const KEPT_AS = 'sunbeon.display.orders';
const MOST_KEPT = 10;

export class Orders {
  #actions;

  /** @param {Object<string, () => void>} actions by the order's kind; a kind that is not here is passed over */
  constructor(actions) {
    this.#actions = actions;
  }

  /** The ids of the last orders that were begun, for the next report. */
  get begun() {
    const kept = recall(KEPT_AS);
    return Array.isArray(kept) ? kept : [];
  }

  /**
   * Carries out those that are new.
   *
   * @param {Array<{id: string, order: string}>} orders
   * @returns {boolean} whether any was
   */
  take(orders) {
    const fresh = orders.filter(({ id }) => !this.begun.includes(id));
    for (const { id, order } of fresh) {
      // Before it is begun: a reload ends this script, and one that fails is not tried for ever.
      keep(KEPT_AS, [...this.begun, id].slice(-MOST_KEPT));
      this.#actions[order]?.();
    }
    return fresh.length > 0;
  }
}
