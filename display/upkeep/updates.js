/**
 * Loads the page anew once the service has another build: after the office's day, each screen at a moment of its own, and
 * only while the service answers. No DOM.
 */

import { isOver } from '../../clients/lib/board.js';
import { keep, recall } from '../../clients/lib/storage.js';

/** Without a board there is nothing to disturb. */
export const SPREAD_MS = { over: 20 * 60_000, without_board: 30_000 };
export const LOOK_MS = 10 * 60_000;
/** A reload that did not bring the build (a proxy that keeps the old page) is not repeated before that. */
export const AGAIN_MS = 12 * 3_600_000;
const KEPT_AS = 'sunbeon.display.updated';

/** The build that the service has now; an answer that is no build is as none. @throws when it doesn't answer */
async function readBuild() {
  const response = await fetch('/display/build.json', { cache: 'no-store', signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`no build: ${response.status}`);
  return (await response.json()).build;
}

/** Fires `new` when it hears of another build. */
export class Updates extends EventTarget {
  #build;
  #reload;
  #tools;
  #newest;
  #board = null;
  #timer = null;

  /**
   * @param {string} build this page's
   * @param {() => void} reload loads the page anew
   * @param {object} tools `read`, `random`, `time`, `setTimeout` replace the browser's own in tests
   */
  constructor(build, reload, tools = {}) {
    super();
    this.#build = this.#newest = build;
    this.#reload = reload;
    this.#tools = {
      read: readBuild,
      random: Math.random,
      time: () => Date.now(),
      setTimeout: (...args) => globalThis.setTimeout(...args),
      ...tools,
    };
  }

  start() {
    this.#tools.setTimeout(() => this.#look(), LOOK_MS * (0.5 + this.#tools.random()));
  }

  /** Takes what the service says its build is. */
  hear(build) {
    const isNews = build !== this.#newest && build !== this.#build;
    this.#newest = build;
    if (isNews) this.dispatchEvent(new Event('new'));
    this.#plan();
  }

  /** Takes the board that is shown. */
  shows(board) {
    this.#board = board;
    this.#plan();
  }

  #plan() {
    if (this.#timer !== null || !this.#isTime()) return;
    const spread = this.#board === null ? SPREAD_MS.without_board : SPREAD_MS.over;
    this.#timer = this.#tools.setTimeout(() => this.#go(), spread * this.#tools.random());
  }

  async #go() {
    try {
      this.#newest = await this.#tools.read();
    } catch (error) {
      // It is planned again when the service is heard of.
      console.error(error);
      return;
    } finally {
      this.#timer = null;
    }
    if (!this.#isTime()) return;
    keep(KEPT_AS, { build: this.#newest, at: this.#tools.time() }, 'sessionStorage');
    this.#reload();
  }

  #isTime() {
    if (this.#newest === this.#build || (this.#board !== null && !isOver(this.#board))) return false;
    const last = recall(KEPT_AS, 'sessionStorage');
    return last?.build !== this.#newest || Math.abs(this.#tools.time() - last.at) >= AGAIN_MS;
  }

  async #look() {
    this.start();
    try {
      this.hear(await this.#tools.read());
    } catch (error) {
      console.error(error);
    }
  }
}
