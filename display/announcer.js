/** One announcement after another: what was called, in order, each for long enough to be seen and heard. No DOM. */

export const ALONE_MS = 4_000;
export const IN_A_ROW_MS = 3_000;
const LONGEST_QUEUE = 12;
const FRESH_MS = 60_000;

/**
 * The calls that people should still act on when the board `at` arrives: a screen that was away for an hour doesn't
 * shout an hour's calls, it shows where things stand.
 */
export function fresh(calls, at) {
  return calls.filter((call) => Date.parse(at) - Date.parse(call.at) <= FRESH_MS);
}

export class Announcer {
  #show;
  #rest;
  #setTimeout;
  #queue = [];
  #current = null;

  /**
   * @param {(call) => void} show begins an announcement
   * @param {() => void} rest the last one is over
   */
  constructor({ show, rest, setTimeout = (...args) => globalThis.setTimeout(...args) }) {
    this.#show = show;
    this.#rest = rest;
    this.#setTimeout = setTimeout;
  }

  /** The call being announced, or null. */
  get current() {
    return this.#current;
  }

  /** Queues calls, oldest first. When more pile up than anyone would follow, the oldest are dropped. */
  add(calls) {
    this.#queue.push(...calls);
    this.#queue.splice(0, Math.max(0, this.#queue.length - LONGEST_QUEUE));
    if (this.#current === null) this.#advance();
  }

  #advance() {
    const last = this.#current;
    this.#current = this.#queue.shift() ?? null;
    if (this.#current === null) {
      if (last !== null) this.#rest();
      return;
    }
    // Before it is shown: a call that can't be must not keep the later ones.
    this.#setTimeout(() => this.#advance(), this.#queue.length > 0 ? IN_A_ROW_MS : ALONE_MS);
    this.#show(this.#current);
  }
}
