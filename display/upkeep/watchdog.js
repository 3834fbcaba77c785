/**
 * Notices that a page does not paint, and reloads it. No DOM.
 *
 * A script that runs is no proof of pixels. The browser calls back before it draws a frame (requestAnimationFrame): where
 * that stands still for long in a page that can be seen, while timers run, nothing is drawn. A page whose scripts hang
 * notices nothing: then its reports end. Nor does it notice a wall that is switched off.
 */

import { keep, recall } from '../../clients/lib/storage.js';

export const LOOK_MS = 5_000;
/** So many looks in a row find no frame before it is a standstill. */
export const LOOKS = 4;
export const MOST_RELOADS = 3;
/** Reloads that are longer ago don't count. */
export const FORGIVEN_MS = 30 * 60_000;
const KEPT_AS = 'sunbeon.display.stood-still';

/** Fires `change` when `hasGivenUp` changes. */
export class Watchdog extends EventTarget {
  #reload;
  #tools;
  #isAsked = false;
  #missed = 0;
  #paintedAt;
  #lookedAt;
  #hasGivenUp = false;

  /**
   * @param {() => void} reload loads the page anew
   * @param {object} tools `requestFrame`, `setInterval`, `now` (ms, grows), `time` (ms since 1970), `isVisible` replace
   *   the browser's own in tests
   */
  constructor(reload, tools = {}) {
    super();
    this.#reload = reload;
    this.#tools = {
      requestFrame: (step) => globalThis.requestAnimationFrame(step),
      setInterval: (...args) => globalThis.setInterval(...args),
      now: () => performance.now(),
      time: () => Date.now(),
      isVisible: () => document.visibilityState === 'visible',
      ...tools,
    };
    this.#paintedAt = this.#lookedAt = this.#tools.now();
  }

  /** How long ago a frame was drawn, or the page began: whole ms. */
  get paintedMsAgo() {
    return Math.max(0, Math.round(this.#tools.now() - this.#paintedAt));
  }

  /** How often the page was lately reloaded since it stood still. */
  get reloads() {
    return this.#times().length;
  }

  /** Reloading has not helped. */
  get hasGivenUp() {
    return this.#hasGivenUp;
  }

  start() {
    this.#ask();
    this.#tools.setInterval(() => this.#look(), LOOK_MS);
  }

  #look() {
    const now = this.#tools.now();
    // After a sleep, and for a page that nobody sees, frames come when they come.
    const slept = now - this.#lookedAt > 3 * LOOK_MS;
    this.#lookedAt = now;
    if (!this.#isAsked) this.#ask();
    else if (slept || !this.#tools.isVisible()) this.#missed = 0;
    else if (++this.#missed === LOOKS) this.#onStandstill();
  }

  #ask() {
    this.#isAsked = true;
    this.#tools.requestFrame(() => {
      this.#isAsked = false;
      this.#missed = 0;
      this.#paintedAt = this.#tools.now();
      this.#tell(false);
    });
  }

  #onStandstill() {
    const times = this.#times();
    if (times.length >= MOST_RELOADS) return this.#tell(true);
    keep(KEPT_AS, [...times, this.#tools.time()], 'sessionStorage');
    this.#reload();
  }

  #tell(hasGivenUp) {
    if (this.#hasGivenUp === hasGivenUp) return;
    this.#hasGivenUp = hasGivenUp;
    this.dispatchEvent(new Event('change'));
  }

  #times() {
    const kept = recall(KEPT_AS, 'sessionStorage');
    return Array.isArray(kept) ? kept.filter((time) => Math.abs(this.#tools.time() - time) < FORGIVEN_MS) : [];
  }
}
