/**
 * The city's offices as a page knows them, and whether a frame fits them. No DOM.
 *
 * A service that is started with another city file sends frames with counters, windows and offices that an open page has
 * not read of. The page draws what it knows, and the offices are read again at once.
 */

import { api } from './api.js';
import { reconnectDelay } from './live.js';

/** Names, hours and the rest change without a word in any frame. */
const EVERY_MS = 10 * 60_000;
const LONGEST_PAUSE_S = 60;
/** The close code of a line to an office that the service doesn't have. */
const UNKNOWN_OFFICE = 4404;
const DEADLINE_MS = 10_000;

const read = async () => (await api('/offices', { retry: DEADLINE_MS })).offices;

/**
 * What a frame and the offices don't have in common; none where they fit.
 *
 * Only what a board lists counts. A call or a window may name a counter of this morning that the city has no more, and
 * reading again would not help.
 *
 * @param {object[]} offices Office, all that are known
 * @param {object} frame a Board, a frame of the staff view or a Ticket
 * @returns {string[]} a name for each difference, such as "passport/counter/apply"
 */
export function differences(offices, frame) {
  const office = offices.find(({ id }) => id === frame.office);
  if (!office) return [frame.office];
  if (frame.type === 'ticket') return unlike(office, 'counter', office.counters, [{ id: frame.counter }], { missing: false });
  const { counters, windows } = frame.board ?? frame;
  return [...unlike(office, 'counter', office.counters, counters), ...unlike(office, 'window', office.windows, windows)];
}

/** @param {object} options `missing`: what is known and isn't listed counts too */
function unlike(office, kind, known, listed, { missing = true } = {}) {
  const without = (some, others) => some.filter(({ id }) => !others.some((other) => other.id === id));
  const different = [...without(listed, known), ...(missing ? without(known, listed) : [])];
  return different.map(({ id }) => `${office.id}/${kind}/${id}`);
}

/**
 * Reads the offices, and again: every few minutes, when it is asked to, and at once when a frame doesn't fit. There is one
 * reading at a time, and after one that didn't help there is a pause, which grows and is jittered.
 *
 * Events: `change`, after a reading that brought something else than the one before; `read`, after every one, and after
 * `change`.
 */
export class Offices extends EventTarget {
  #list = null;
  #tools;
  #every;
  #longestPause;
  #timer = null;
  #isReading = false;
  #isStopped = false;
  #isNeeded = false;
  #attempt = 0;
  /** The last frame of each office. */
  #frames = new Map();
  /** What the last reading did not bring. */
  #missed = new Set();

  /**
   * @param {object} options `every`: ms between readings while all is well; null: none, and none after a line's break
   *   either, for what a crowd has open; `longestPause`: seconds between readings that don't help, at most; `read` gives
   *   the offices; `random`, `setTimeout`, `clearTimeout` replace the browser's own in tests
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

  /** What the page needs is not among them: they are read now, and again until a frame comes. */
  need() {
    if (this.#isNeeded) return;
    this.#isNeeded = true;
    this.renew();
  }

  /**
   * Hears all that a line brings. After a break the offices are read again: no frame tells of one that is gone, or of
   * another name.
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
      isCutOff = detail.final && detail.code === UNKNOWN_OFFICE;
      if (isCutOff) this.need();
      if (!detail.connected) this.#frames.clear();
      else if (wasLost && this.#every !== null) this.renew();
      wasLost = !detail.connected;
    });
    this.addEventListener('read', () => {
      if (isCutOff && this.find(id)) live.start();
    });
  }

  /** Takes in a frame; where it doesn't fit, the offices are read again. */
  hear(frame) {
    this.#isNeeded = false;
    this.#frames.set(frame.office, frame);
    const isNews = differences(this.list, frame).some((difference) => !this.#missed.has(difference));
    if (isNews) this.renew();
  }

  /** Forgets every timer and frame; an answer that is on its way tells nobody. */
  stop() {
    this.#isStopped = true;
    this.#frames.clear();
    this.#after(null);
  }

  async #read() {
    this.#isReading = true;
    this.#after(null);
    const before = this.#list;
    let failed = false;
    try {
      this.#list = await this.#tools.read();
    } catch (error) {
      console.error(error);
      failed = true;
    }
    this.#isReading = false;
    if (this.#isStopped) return;
    this.#settle(failed);
    if (failed) return;
    if (JSON.stringify(this.#list) !== JSON.stringify(before)) this.dispatchEvent(new Event('change'));
    this.dispatchEvent(new Event('read'));
  }

  /** Plans the next reading. */
  #settle(failed) {
    this.#missed = new Set([...this.#frames.values()].flatMap((frame) => differences(this.list, frame)));
    if (failed || this.#isNeeded || this.#missed.size > 0) {
      this.#attempt += 1;
      this.#after(reconnectDelay(this.#attempt, this.#tools.random, this.#longestPause));
    } else {
      this.#attempt = 0;
      this.#after(this.#every && this.#every * (0.75 + this.#tools.random() / 2));
    }
  }

  #after(ms) {
    this.#tools.clearTimeout(this.#timer);
    this.#timer = ms === null ? null : this.#tools.setTimeout(() => this.#read(), ms);
  }
}
