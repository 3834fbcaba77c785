/**
 * Idempotent requests for tickets: each may have to be sent several times, and makes one ticket at most.
 *
 * As long as no answer has come, the same wish is sent with the same Idempotency-Key. An answer, be it a ticket or a
 * refusal, ends the request; another wish is another request.
 */

import { newKey } from './api.js';

const DEADLINE_MS = 20_000;

export class TicketRequests {
  #api;
  #headers;
  #memory;
  #inFlight = false;

  /**
   * @param {Function} api as in api.js
   * @param {object} options `headers`: gives what to send beside, such as the device key; `memory`: `{read(), write(value)}`
   *   where the unanswered request is kept, to survive a reload (without it, it lives as long as this object)
   */
  constructor(api, { headers = () => ({}), memory = inPage() } = {}) {
    this.#api = api;
    this.#headers = headers;
    this.#memory = memory;
  }

  /** Whether a request is being sent. */
  get inFlight() {
    return this.#inFlight;
  }

  /** The wish that has had no answer yet: `{office, counter, body}`, or null. */
  get unanswered() {
    return this.#memory.read()?.wish ?? null;
  }

  /**
   * Asks for a ticket; null if another request is being sent.
   *
   * @param {{office: string, counter: string, body: {channel: string, priority: string, lang: string}}} wish
   * @returns {Promise<object|null>} Ticket
   * @throws {Problem} with `status` 0 or 5xx no answer came: asking again for the same is the same request
   */
  async send({ office, counter, body }) {
    if (this.#inFlight) return null;
    const wish = { office, counter, body };
    let request = this.#memory.read();
    if (JSON.stringify(request?.wish) !== JSON.stringify(wish)) request = { wish, key: newKey() };
    this.#memory.write(request);
    this.#inFlight = true;
    try {
      const path = `/offices/${office}/counters/${counter}/tickets`;
      const headers = this.#headers();
      const ticket = await this.#api(path, { method: 'POST', body, headers, key: request.key, retry: DEADLINE_MS });
      this.forget();
      return ticket;
    } catch (problem) {
      if (problem.status >= 400 && problem.status < 500) this.forget();
      throw problem;
    } finally {
      this.#inFlight = false;
    }
  }

  /** Whoever asks next begins a new request. */
  forget() {
    this.#memory.write(null);
  }
}

function inPage() {
  let kept = null;
  return { read: () => kept, write: (value) => (kept = value) };
}
