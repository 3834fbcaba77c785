/** The calls of an office's boards: which of them stand on the wall, and which are still to be spoken. No DOM. */

import { newCalls } from '../clients/lib/board.js';

/** Older calls are not spoken: a screen that was away shows where things stand, and doesn't shout what it missed. */
export const NEWS_MS = 60_000;
/** For so long a call is one of the newest, which stand largest. */
export const NEWEST_MS = 20_000;

const isSame = (a, b) => a.number === b.number && a.window === b.window;

/**
 * Takes each new board of an office.
 *
 * A call stands while its number is at its window, as the board's windows say. It is spoken after all calls before it,
 * whole, unless its ticket moves on while it waits for that.
 *
 * Fires `change` when speaking begins or ends.
 */
export class Announcements extends EventTarget {
  #say;
  #seen = null;
  #at = 0;
  #standing = [];
  #queue = [];
  #current = null;

  /** @param {(call: object) => Promise} say speaks one call, and resolves when its last sound is over */
  constructor(say) {
    super();
    this.#say = say;
  }

  /**
   * The calls that stand, the newest first: each as in Board, with `isNewest`, and `isSpoken` where it is being spoken.
   * A call that the board has no more, because twelve others came after it, has `seq` 0, and `at` null where nothing is
   * known of when it was made.
   */
  get standing() {
    return this.#standing.map((call) => ({ ...call, isNewest: this.#isNewest(call), isSpoken: this.#isSpoken(call) }));
  }

  /** The call that is being spoken, or null. */
  get current() {
    return this.#current;
  }

  /** Takes the next board. Returns its calls that are news, the oldest first. */
  take(board) {
    const before = this.#standing;
    const { calls, seen } = newCalls(this.#seen, board);
    const lost = this.#lost(board);
    this.#at = Date.parse(board.at);
    this.#standing = board.windows
      .filter(({ state }) => state === 'serving')
      .map((window) => standingCall(window, [...before, ...lost, ...board.calls]))
      .sort((a, b) => b.seq - a.seq || Date.parse(b.at ?? 0) - Date.parse(a.at ?? 0));
    this.#seen = seen;
    const news = [...lost, ...calls].filter(({ at }) => this.#at - Date.parse(at) <= NEWS_MS);
    this.#queue.push(...news);
    this.#queue = this.#queue.filter((call) => this.#standing.some((other) => isSame(call, other)));
    if (this.#current === null) this.#speak();
    return news;
  }

  /** Forgets the office: its next board is as the first one. What is being spoken is spoken whole. */
  forget() {
    this.#seen = null;
    this.#standing = [];
    this.#queue = [];
  }

  /**
   * Calls that frames were merged over: a window has a new number, and more than twelve calls came after its own. When
   * it was made isn't known; it was after the board before.
   */
  #lost(board) {
    const seen = this.#seen;
    if (!seen || seen.epoch !== board.epoch || seen.day !== board.day) return [];
    return board.windows
      .filter(({ state }) => state === 'serving')
      .map(({ id, number, counter }) => ({ seq: 0, number, counter, window: id, at: seen.at, again: false }))
      .filter((call) => ![...board.calls, ...this.#standing].some((other) => isSame(call, other)));
  }

  #isSpoken(call) {
    return this.#current !== null && isSame(call, this.#current);
  }

  #isNewest(call) {
    if (this.#isSpoken(call) || this.#queue.some((other) => isSame(call, other))) return true;
    return call.at !== null && this.#at - Date.parse(call.at) < NEWEST_MS;
  }

  async #speak() {
    while (this.#queue.length > 0) {
      this.#current = this.#queue.shift();
      this.dispatchEvent(new Event('change'));
      try {
        await this.#say(this.#current);
      } catch (error) {
        // A call that can't be spoken must not keep the later ones.
        console.error(error);
      }
      this.#current = null;
      if (this.#queue.length === 0) this.dispatchEvent(new Event('change'));
    }
  }
}

/** The last known call of the number at a window. */
function standingCall({ id, number, counter }, known) {
  const at = { number, window: id };
  return known.findLast((call) => isSame(call, at)) ?? { seq: 0, ...at, counter, at: null, again: false };
}
