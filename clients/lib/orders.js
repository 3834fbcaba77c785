/**
 * Orders of a number, each however often it has to be sent.
 *
 * As long as no answer has come, the same wish is sent with the same Idempotency-Key: it makes one ticket at most. An
 * answer, be it a ticket or a refusal, ends the order; another wish is another order.
 */

import { newKey } from './api.js';

const KEEP_TRYING_MS = 20_000;

export class Orders {
  #api;
  #headers;
  #memory;
  #underWay = false;

  /**
   * @param {Function} api as in api.js
   * @param {object} options `headers`: gives what to send beside, such as the device key; `memory`: `{read(), write(value)}`
   *   where the open order is kept, to survive a reload (without it, it lives as long as this object)
   */
  constructor(api, { headers = () => ({}), memory = inPage() } = {}) {
    this.#api = api;
    this.#headers = headers;
    this.#memory = memory;
  }

  /** Whether an order is being sent. */
  get underWay() {
    return this.#underWay;
  }

  /** The wish that has had no answer yet: `{office, counter, body}`, or null. */
  get open() {
    return this.#memory.read()?.wish ?? null;
  }

  /**
   * Asks for a ticket; null if another press is under way.
   *
   * @param {{office: string, counter: string, body: {channel: string, priority: string, lang: string}}} wish
   * @returns {Promise<object|null>} Ticket
   * @throws {Problem} with `status` 0 or 5xx no answer came: asking again for the same is the same order
   */
  async ask({ office, counter, body }) {
    if (this.#underWay) return null;
    const wish = { office, counter, body };
    let order = this.#memory.read();
    if (JSON.stringify(order?.wish) !== JSON.stringify(wish)) order = { wish, key: newKey() };
    this.#memory.write(order);
    this.#underWay = true;
    try {
      const path = `/offices/${office}/counters/${counter}/tickets`;
      const headers = this.#headers();
      const ticket = await this.#api(path, { method: 'POST', body, headers, key: order.key, retry: KEEP_TRYING_MS });
      this.forget();
      return ticket;
    } catch (problem) {
      if (problem.status >= 400 && problem.status < 500) this.forget();
      throw problem;
    } finally {
      this.#underWay = false;
    }
  }

  /** Whoever asks next begins a new order. */
  forget() {
    this.#memory.write(null);
  }
}

function inPage() {
  let kept = null;
  return { read: () => kept, write: (value) => (kept = value) };
}
