/**
 * The directory of the city's offices as a page knows it, and the boards that say when it is outdated. No DOM.
 *
 * An admin may edit the city while pages are open. Every board says of which revision of the configuration it is: where
 * that is another one than the office was read with, the offices are read again. Offices may be at different revisions.
 */

import { api } from './api.js';
import { reconnectDelay, UNKNOWN } from './live.js';

/** What no board tells of, such as an office that is gone where no other one has changed. */
const EVERY_MS = 10 * 60_000;
const LONGEST_PAUSE_S = 60;
/** Thousands of pages hear of an edit at the same moment; each reads the offices at a random one within this time. */
const JITTER_MS = 800;
const DEADLINE_MS = 10_000;

const read = async () => (await api('/offices', { retry: DEADLINE_MS })).offices;

/**
 * Whether an office was read with the revision that a board of it is of.
 *
 * @param {object|null} office Office; null: it is not among those that were read
 * @param {object} board Board
 */
export function fits(office, board) {
  return office !== null && office.revision === board.revision;
}

/** Whether today's hours of an office, or when it opens next, may be other ones than before. */
const turned = (before, board) => before.day !== board.day || before.status !== board.status;

/**
 * Reads the offices, and again: every few minutes, when it is asked to, when a board doesn't fit, and at another day or
 * status. There is one reading at a time, and after one that didn't help there is a pause, which grows and is jittered.
 *
 * Events: `gone`, detail is the id of an office that was known and is not among those that were read; `change`, after a
 * reading that brought something else than the one before; `read`, after every one. They come in this order.
 */
export class Offices extends EventTarget {
  #list = null;
  #tools;
  #every;
  #longestPause;
  #timer = null;
  /** A reading is planned because of news; it does not begin later because there are more news. */
  #isDue = false;
  #isReading = false;
  #isStopped = false;
  #isNeeded = false;
  #attempt = 0;
  /** The last board of each office. */
  #boards = new Map();
  /** The revisions that the last reading did not bring, by office. */
  #missed = new Map();

  /**
   * @param {object} options `every`: ms between readings while all is well; null, for what a crowd has open: only boards
   *   that don't fit have the offices read again; `longestPause`: seconds between readings that don't help, at most;
   *   `read` gives the offices; `random`, `setTimeout`, `clearTimeout` replace the browser's own in tests
   */
  constructor({ every = EVERY_MS, longestPause = LONGEST_PAUSE_S, ...tools } = {}) {
    super();
    this.#every = every;
    this.#longestPause = longestPause;
    this.#tools = {
      read,
      random: Math.random,
      setTimeout: (...args) => globalThis.setTimeout(...args),
      clearTimeout: (timer) => globalThis.clearTimeout(timer),
      ...tools,
    };
  }

  /** Office objects, in the city's order; none before the first reading. */
  get list() {
    return this.#list ?? [];
  }

  /** Whether they were read. */
  get known() {
    return this.#list !== null;
  }

  /** The office with this id, or null. */
  find(id) {
    return this.list.find((office) => office.id === id) ?? null;
  }

  /** Resolves once they were read, which begins now where it hasn't. */
  async ready() {
    if (this.known) return;
    const done = new Promise((resolve) => this.addEventListener('read', resolve, { once: true }));
    this.renew();
    await done;
  }

  /** Reads them now, unless they are being read. */
  renew() {
    if (!this.#isReading) this.#read();
  }

  /** What the page needs is not among them: they are read soon, and again until a board comes. */
  need() {
    if (this.#isNeeded) return;
    this.#isNeeded = true;
    if (!this.#isReading) this.#readSoon();
  }

  /**
   * Hears all that a line brings. After a break the offices are read again: no board tells of one that is gone.
   *
   * A line to an office that the service has no more is closed for good. With `id`, the office's, it is opened again once
   * the office is back.
   *
   * @param {Live} live
   */
  follow(live, id = null) {
    let isCutOff = false;
    let wasLost = false;
    live.addEventListener('frame', ({ detail }) => this.hear(detail));
    live.addEventListener('status', ({ detail }) => {
      isCutOff = detail.final && detail.code === UNKNOWN;
      if (isCutOff) this.need();
      if (!detail.connected) this.#boards.clear();
      else if (wasLost && this.#every !== null) this.renew();
      wasLost = !detail.connected;
    });
    this.addEventListener('gone', ({ detail }) => live.forget(detail));
    this.addEventListener('read', () => {
      if (isCutOff && this.find(id)) live.start();
    });
  }

  /** Takes in a Board, or a frame of the staff view with the board in it. */
  hear(frame) {
    const board = frame.board ?? frame;
    const before = this.#boards.get(board.office);
    this.#isNeeded = false;
    this.#boards.set(board.office, board);
    const isFit = fits(this.find(board.office), board);
    // What doesn't fit while they are being read may fit when they have been.
    const isNews = !isFit && !this.#isReading && this.#missed.get(board.office) !== board.revision;
    const hasTurned = this.#every !== null && before !== undefined && turned(before, board);
    if (isNews || hasTurned) this.#readSoon();
    else if (isFit && this.#missed.delete(board.office) && this.#missed.size === 0) this.#plan();
  }

  /** Forgets every timer and board; an answer that is on its way tells nobody. */
  stop() {
    this.#isStopped = true;
    this.#boards.clear();
    this.#missed.clear();
    this.#after(null);
  }

  async #read() {
    this.#isReading = true;
    this.#isDue = false;
    this.#after(null);
    const before = this.list;
    let failed = false;
    try {
      this.#list = await this.#tools.read();
    } catch (error) {
      console.error(error);
      failed = true;
    }
    this.#isReading = false;
    if (this.#isStopped) return;
    const gone = before.map(({ id }) => id).filter((id) => !this.find(id));
    for (const id of gone) this.#boards.delete(id);
    this.#settle(failed);
    if (failed) return;
    for (const id of gone) this.dispatchEvent(new CustomEvent('gone', { detail: id }));
    if (JSON.stringify(this.#list) !== JSON.stringify(before)) this.dispatchEvent(new Event('change'));
    this.dispatchEvent(new Event('read'));
  }

  #settle(failed) {
    const late = [...this.#boards.values()].filter((board) => !fits(this.find(board.office), board));
    this.#missed = new Map(late.map(({ office, revision }) => [office, revision]));
    this.#plan(failed || late.length > 0 || this.#isNeeded);
  }

  /** Plans the next reading; `again`: the last one didn't help. */
  #plan(again = false) {
    if (this.#isReading || this.#isStopped) return;
    if (this.#isDue) {
      this.#after(this.#tools.random() * JITTER_MS);
    } else if (again) {
      this.#after(reconnectDelay(this.#attempt++, this.#tools.random, this.#longestPause));
    } else {
      this.#attempt = 0;
      this.#after(this.#every && this.#every * (0.75 + this.#tools.random() / 2));
    }
  }

  #readSoon() {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#plan();
  }

  #after(ms) {
    this.#tools.clearTimeout(this.#timer);
    this.#timer = ms === null ? null : this.#tools.setTimeout(() => this.#read(), ms);
  }
}
