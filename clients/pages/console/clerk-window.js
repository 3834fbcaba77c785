/**
 * A clerk's window: what is known of it, and the moves, one at a time. No DOM.
 *
 * What is shown comes from the staff view's frames and, sooner, from the answers to moves. Every move says whom the
 * clerk sees at the window, so that a move made on an old picture is refused (`window_changed`) and changes nothing.
 */

import { newKey } from '../../lib/api.js';
import { newer } from '../../lib/board.js';
import { nextTurn } from './line.js';
import { messageFor, nobodyMessage, speaksOfNobody } from './messages.js';

const DEADLINE_MS = 8_000;

/** How long the buttons stay locked after next or call: a second press so soon is the other half of a double press. */
export const SETTLE_MS = 600;
const SETTLES = new Set(['next', 'call']);

const holding = (window, ticket) => ({ ...window, state: 'serving', counter: ticket.counter, number: ticket.number, ticket });
const emptied = (window) => ({ ...window, state: 'idle', counter: null, number: null, ticket: null });
const seen = (window) => ({ number: window.number });

/** For each move: the states of the window in which it is possible, the body of its request, and the window after it. */
const MOVES = {
  next: {
    from: ['idle', 'serving'],
    body: (window) => ({ finished: window.number }),
    after: (window, { called }) => (called ? holding(window, called) : emptied(window)),
  },
  recall: { from: ['serving'], body: seen, after: holding },
  finish: { from: ['serving'], body: seen, after: emptied },
  hold: { from: ['serving'], body: seen, after: emptied },
  'no-show': { from: ['serving'], body: seen, after: emptied },
  transfer: { from: ['serving'], body: (window, { counter }) => ({ counter, number: window.number }), after: emptied },
  call: { from: ['idle'], body: (window, { number }) => ({ number }), after: holding },
  close: { from: ['idle'], body: () => undefined, after: (window, closed) => closed },
};

/**
 * Events:
 * - `change`: anything that is shown may have changed.
 * - `message`: what to tell the clerk; detail is `{key, params}`, or null for nothing.
 * - `signed-out`: the session is over.
 * - `reread`: the state of the window is not known; it takes a fresh frame to know it.
 * - `hurry`: somebody presses, so that a line that waits before it connects again should connect now.
 */
export class ClerkWindow extends EventTarget {
  #path;
  #api;
  #tools;
  #frame;
  #window;
  /** The `{epoch, version}` of the frame or answer that told of the window last. */
  #known;
  #underWay = null;
  #unsure = false;
  #since = null;
  #skew = 0;
  /** What the clerk was told, and of which number: `{message, number}`. */
  #message = null;

  /**
   * @param {object} window the Window, open, of the frame; or with the `epoch` and `version` of the answer that it came in
   * @param {object} frame the last frame of the staff view
   * @param {Function} api as in lib/api.js
   * @param {object} tools `now` (ms) and `sleep` replace the browser's own in tests
   */
  constructor(window, frame, api, tools = {}) {
    super();
    this.#path = `/offices/${frame.office}/windows/${window.id}`;
    this.#api = api;
    this.#tools = { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)), ...tools };
    this.#known = frame;
    const isShown = window.epoch !== undefined && !this.#isNews(window);
    this.#window = isShown ? frame.windows.find(({ id }) => id === window.id) : window;
    this.#take(frame);
    this.#since = this.#window.number === null ? null : this.#calledAt(this.#window);
  }

  /** The last frame of the staff view. */
  get frame() {
    return this.#frame;
  }

  /** The Window, as last heard. */
  get window() {
    return this.#window;
  }

  /** The move that was pressed and can't be followed by another yet, or null. */
  get underWay() {
    return this.#underWay;
  }

  /** Whether a move makes sense now. */
  can(move) {
    return !this.#underWay && !this.#unsure && MOVES[move].from.includes(this.#window.state);
  }

  /** How long the person has been at the window, in ms; null when nobody is, or it isn't known. */
  get atWindowFor() {
    return this.#since === null ? null : Math.max(0, this.#now() - this.#since);
  }

  /** How long ago something was, in ms, by the service's clock. */
  ago(time) {
    return Math.max(0, this.#now() - Date.parse(time));
  }

  hear(frame) {
    // A frame may have been on its way while an answer came that tells of a newer state.
    if (!newer(this.#known, frame)) return;
    this.#known = frame;
    this.#take(frame);
    const wasUnsure = this.#unsure;
    this.#unsure = false;
    // The message that an answer is missing is replaced by another one below.
    if (wasUnsure) this.#message = null;
    // A window that is no longer in the city's file is closed for good.
    this.#see(frame.windows.find(({ id }) => id === this.#window.id) ?? { ...emptied(this.#window), state: 'closed', counters: [] });
    if (wasUnsure) this.tell({ key: 'console.message.reread' });
  }

  /** @param {{key: string, params?: object}|null} message what the clerk is told; it is taken back when it is no longer true */
  tell(message) {
    this.#message = message && { message, number: this.#window.number };
    this.dispatchEvent(new CustomEvent('message', { detail: message }));
  }

  /**
   * Makes a move; nothing happens while another is under way or where it makes no sense. Where it isn't known how things
   * stand, that is asked for at once instead.
   *
   * @param {string} move one of next, recall, finish, hold, no-show, transfer, call, close
   * @param {object} what `counter` for transfer, `number` for call
   * @returns {Promise<boolean>} whether it was done
   */
  async press(move, what = {}) {
    this.dispatchEvent(new Event('hurry'));
    if (!this.can(move)) return false;
    const { body, after } = MOVES[move];
    const window = this.#window;
    this.#underWay = move;
    this.tell(null);
    this.#changed();
    const pressed = this.#tools.now();
    try {
      const options = { method: 'POST', body: body(window, what), key: newKey(), retry: DEADLINE_MS };
      const answer = await this.#api(`${this.#path}/${move}`, options);
      if (this.#isNews(answer)) this.#see(after(window, answer), this.#now());
      if (move === 'next' && !answer.called) this.tell(nobodyMessage(nextTurn(this.#frame, this.#window)));
      if (SETTLES.has(move)) await this.#tools.sleep(SETTLE_MS - (this.#tools.now() - pressed));
      return true;
    } catch (problem) {
      this.refuse(problem);
      return false;
    } finally {
      this.#underWay = null;
      this.#changed();
    }
  }

  /** Takes in that the service refused something here, or gave no answer. */
  refuse(problem) {
    if (problem.status === 401) {
      this.dispatchEvent(new Event('signed-out'));
      return;
    }
    if (problem.status === 0 || problem.status >= 500) this.#unsure = true;
    if (problem.code === 'window_changed' && this.#isNews(problem.data)) this.#see(problem.data.window);
    this.tell(messageFor(problem));
    this.dispatchEvent(new Event('reread'));
  }

  #take(frame) {
    this.#frame = frame;
    // A frame may be old when it comes, but not from the future: then it is this computer's clock that is late.
    this.#skew = Math.max(this.#skew, Date.parse(frame.at) - this.#tools.now());
  }

  /** Whether an answer tells more than the frame that came meanwhile. */
  #isNews({ epoch, version }) {
    if (epoch === this.#known.epoch && version <= this.#known.version) return false;
    this.#known = { epoch, version };
    return true;
  }

  #see(window, since = this.#calledAt(window)) {
    if (window.number !== this.#window.number) this.#since = window.number === null ? null : since;
    this.#window = window;
    if (this.#isOutdated()) this.tell(null);
    this.#changed();
  }

  /** A message is about the number that was at the window, or about nobody who could be called. */
  #isOutdated() {
    if (!this.#message) return false;
    const { message, number } = this.#message;
    return number !== this.#window.number || (speaksOfNobody(message) && Boolean(nextTurn(this.#frame, this.#window)?.ticket));
  }

  /** When the person was called to this window; a ticket's own `called_at` is its first call, wherever that was. */
  #calledAt(window) {
    const calls = this.#frame.board.calls.filter((call) => call.window === window.id && call.number === window.number);
    const call = calls.findLast(({ again }) => !again);
    if (call) return Date.parse(call.at);
    return window.ticket ? Date.parse(window.ticket.called_at) : null;
  }

  #now() {
    return this.#tools.now() + this.#skew;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
