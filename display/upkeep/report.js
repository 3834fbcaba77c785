/** Tells the service how this screen is, and hears what it is to do. No DOM. */

import { api as call } from '../../clients/lib/api.js';
import { keyHeaders } from '../../clients/lib/device-key.js';

export const REPORT_MS = 30_000;
export const ASK_MS = 3_000;
/** After a report that was not taken: a service that is away comes back soon, a key or a name that is refused does not. */
export const AGAIN_MS = { away: 5_000, refused: 60_000 };

/**
 * Reports every 30 seconds, and asks for orders every 3 seconds.
 *
 * Events: `orders`, detail is the list; `build`, detail is the service's; `refused`, detail is the Problem's code, null
 * once a report is taken again.
 */
export class Reporter extends EventTarget {
  #path;
  #headers;
  #facts;
  #tools;
  #timer = null;
  #isTaken = false;

  /**
   * @param {{office: string, name: string, key: string}} screen
   * @param {() => object} facts a report, as POST /offices/{office}/screens/{screen} takes it
   * @param {object} tools `api`, `random`, `setTimeout`, `clearTimeout` replace the browser's own in tests
   */
  constructor({ office, name, key }, facts, tools = {}) {
    super();
    this.#path = `/offices/${encodeURIComponent(office)}/screens/${encodeURIComponent(name)}`;
    this.#headers = keyHeaders(key);
    this.#facts = facts;
    this.#tools = {
      api: call,
      random: Math.random,
      setTimeout: (...args) => globalThis.setTimeout(...args),
      clearTimeout: (timer) => globalThis.clearTimeout(timer),
      ...tools,
    };
  }

  start() {
    this.#ask();
    return this.report();
  }

  /** Reports now, and again every 30 seconds from now on. */
  async report() {
    this.#tools.clearTimeout(this.#timer);
    this.#timer = null;
    const pause = await this.#send();
    // Two reports at a time, because of an order, plan one next report.
    this.#tools.clearTimeout(this.#timer);
    this.#timer = this.#tools.setTimeout(() => this.report(), pause * (0.9 + this.#tools.random() / 5));
  }

  async #send() {
    try {
      const { orders, build } = await this.#tools.api(this.#path, {
        method: 'POST',
        body: this.#facts(),
        headers: this.#headers,
      });
      this.#isTaken = true;
      this.#tell('refused', null);
      this.#tell('build', build);
      this.#tell('orders', orders);
      return REPORT_MS;
    } catch (problem) {
      const isAway = !(problem.status >= 400 && problem.status < 500);
      this.#isTaken = false;
      if (!isAway) this.#tell('refused', problem.code);
      return isAway ? AGAIN_MS.away : AGAIN_MS.refused;
    }
  }

  async #ask() {
    try {
      if (this.#isTaken) this.#tell('orders', (await this.#tools.api(`${this.#path}/orders`, { headers: this.#headers })).orders);
    } catch {
      // The report says whether the service is away.
    }
    this.#tools.setTimeout(() => this.#ask(), ASK_MS);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
