/**
 * Time that runs out in front of someone, who can ask for more.
 *
 * Fires `tick` each second and `end` once. `left` is in whole seconds.
 */
export class Countdown extends EventTarget {
  #seconds;
  #endsAt = 0;
  #timer = null;
  #tools;

  /** @param {number} seconds; `now` (ms), `setTimeout` and `clearTimeout` replace the browser's own in tests */
  constructor(seconds, tools = {}) {
    super();
    this.#seconds = seconds;
    this.#tools = {
      now: () => performance.now(),
      setTimeout: (...args) => globalThis.setTimeout(...args),
      clearTimeout: (timer) => globalThis.clearTimeout(timer),
      ...tools,
    };
  }

  get running() {
    return this.#timer !== null;
  }

  get left() {
    return Math.max(0, Math.ceil((this.#endsAt - this.#tools.now()) / 1000));
  }

  /** Starts anew with the full time, or with `seconds`. */
  start(seconds = this.#seconds) {
    this.stop();
    this.#endsAt = this.#tools.now() + seconds * 1000;
    this.#next();
  }

  stop() {
    this.#tools.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #next() {
    const left = this.#endsAt - this.#tools.now();
    if (left <= 0) {
      this.#timer = null;
      this.dispatchEvent(new Event('end'));
      return;
    }
    this.#timer = this.#tools.setTimeout(() => this.#next(), left % 1000 || 1000);
    this.dispatchEvent(new Event('tick'));
  }
}
