/**
 * A socket that keeps itself open and tells its page what arrives and how old it is.
 *
 * Every frame is the whole truth about one thing, so there is nothing to catch up on after a gap: reconnect, show what
 * comes. A frame also says when it was last known to be true (`fresh_at`), and whether the store is away (`stale`).
 *
 * The pings that keep a socket alive are invisible here, and a dead line looks like a quiet office. A screen that must
 * notice asks for a `beat`: a frame at least every so many seconds, and a silence is a dead line. Without one, a silent
 * socket is checked: the `probe` URL is read over HTTP, and if it can't be read, or says something that the socket has
 * not said, the socket is replaced. Without a `probe` it is simply replaced, which brings a fresh frame as proof.
 */

const FRAME_TYPES = new Set(['board', 'ticket', 'desk']);
const FIRST_FRAME_MS = 10_000;
const SILENCE_MS = 20_000;
const SILENCE_WITHOUT_PROBE_MS = 60_000;
/** How much later than promised a beat may come. */
const LATE_BEAT_MS = 1_500;
const LONGEST_PAUSE_S = 60;
const PROBE_TIMEOUT_MS = 8_000;
const FINAL_CODES = new Set([1002, 1003, 1007, 1008, 1009]);

/** The close code of a line to an office or a ticket that the service doesn't have. */
export const UNKNOWN = 4404;

/** Whether a close code means that coming back is pointless. */
export function isFinal(code) {
  return FINAL_CODES.has(code) || (code >= 4400 && code <= 4499);
}

/**
 * Full jitter: milliseconds to wait before attempt `n` (0 for the first after a loss), `longest` seconds at most.
 * `random` gives [0, 1).
 */
export function reconnectDelay(n, random = Math.random, longest = LONGEST_PAUSE_S) {
  return random() * Math.min(longest, 2 ** n) * 1000;
}

/** When a frame that came at `now` was last known to be true, by this machine's clock: a Date. */
export function trueAt(frame, now) {
  const age = Date.parse(frame.at) - Date.parse(frame.fresh_at);
  return new Date(now - (age > 0 ? age : 0));
}

/** The frame in a message. @throws on a type that no client knows: better loud than shown wrongly */
export function parseFrame(text) {
  const frame = JSON.parse(text);
  if (!FRAME_TYPES.has(frame.type)) throw new Error(`unknown frame type: ${frame.type}`);
  return frame;
}

/**
 * Events:
 * - `frame`: detail is the parsed frame.
 * - `status`: detail is `{connected, stale, final, code, since}`. `connected` means that frames arrive; `stale`, that they
 *   say themselves that they are old; `final`, that it has given up for good; `code`, the last close code, or null for a
 *   line that fell silent; `since`, the Date when the facts were last known to be right (null: never).
 */
export class Live extends EventTarget {
  #url;
  #probe;
  #beat;
  #longestPause;
  #tools;
  #socket = null;
  #timer = null;
  #attempt = 0;
  #running = false;
  #connected = false;
  #stale = false;
  #heardAt = null;
  #last = new Map();
  #isNewSocket = false;
  #wake = () => this.#onWake();

  /**
   * @param {string} path path on this page's origin, or an absolute http(s) or ws(s) URL
   * @param {object} options `probe`: URL that answers with what the socket's frame says; `beat`: seconds within which a
   *   frame must come; `longestPause`: seconds between attempts at most; `WebSocketClass`, `fetch`, `random`,
   *   `setTimeout`, `clearTimeout`, `now` replace the browser's own in tests
   */
  constructor(path, { probe = null, beat = null, longestPause = LONGEST_PAUSE_S, ...tools } = {}) {
    super();
    this.#url = new URL(path, globalThis.location?.href);
    this.#url.protocol = this.#url.protocol.replace('http', 'ws');
    if (beat) this.#url.searchParams.set('beat', beat);
    this.#probe = probe;
    this.#beat = beat;
    this.#longestPause = longestPause;
    this.#tools = {
      WebSocketClass: globalThis.WebSocket,
      fetch: (...args) => globalThis.fetch(...args),
      random: Math.random,
      setTimeout: (...args) => globalThis.setTimeout(...args),
      clearTimeout: (timer) => globalThis.clearTimeout(timer),
      now: () => new Date(),
      ...tools,
    };
  }

  /** Whether frames arrive. */
  get connected() {
    return this.#connected;
  }

  /** Whether what was heard is true now, as far as anyone knows. */
  get current() {
    return this.#connected && !this.#stale;
  }

  /** When all that was heard was last known to be true: a Date, or null. */
  get freshAt() {
    const old = [...this.#last.values()].filter(({ frame }) => frame.stale).map(({ at }) => at);
    return old.length > 0 ? new Date(Math.min(...old)) : this.#heardAt;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    globalThis.addEventListener?.('online', this.#wake);
    globalThis.addEventListener?.('offline', this.#wake);
    globalThis.document?.addEventListener('visibilitychange', this.#wake);
    this.#connect();
  }

  /** Closes the socket and forgets every timer and listener; `start` begins again. */
  stop() {
    this.#running = false;
    this.#connected = false;
    globalThis.removeEventListener?.('online', this.#wake);
    globalThis.removeEventListener?.('offline', this.#wake);
    globalThis.document?.removeEventListener('visibilitychange', this.#wake);
    this.#after(null);
    this.#drop();
  }

  /** Connects at once where it would wait: somebody has pressed something. */
  hurry() {
    if (!this.#running || this.#socket !== null) return;
    this.#attempt = 0;
    this.#connect();
  }

  /** Nothing more is heard of this office: what was heard of it last says nothing of the others. */
  forget(office) {
    this.#last.delete(office);
  }

  /** One timer at a time: each step of a connection's life replaces the one before. */
  #after(ms, step) {
    this.#tools.clearTimeout(this.#timer);
    this.#timer = ms === null ? null : this.#tools.setTimeout(step, ms);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #connect() {
    this.#drop();
    this.#isNewSocket = true;
    const socket = new this.#tools.WebSocketClass(this.#url.href);
    this.#socket = socket;
    // A socket that was replaced may still speak; only the current one is heard.
    socket.addEventListener('message', (event) => {
      if (socket === this.#socket) this.#onMessage(event.data);
    });
    socket.addEventListener('close', (event) => {
      if (socket === this.#socket) this.#onLost(event.code);
    });
    this.#after(FIRST_FRAME_MS, () => this.#onLost(null));
  }

  #onMessage(text) {
    const frame = parseFrame(text);
    // What the socket before this one said is shown until this one speaks.
    if (this.#isNewSocket) this.#last.clear();
    this.#isNewSocket = false;
    const at = trueAt(frame, this.#tools.now());
    this.#last.set(frame.office, { frame, at });
    this.#onHeard(at);
    this.dispatchEvent(new CustomEvent('frame', { detail: frame }));
  }

  #onHeard(at) {
    this.#attempt = 0;
    this.#heardAt = at;
    if (this.#beat) this.#after(this.#beat * 1000 + LATE_BEAT_MS, () => this.#onLost(null));
    else this.#after(this.#silence(), () => this.#check());
    const stale = [...this.#last.values()].some(({ frame }) => frame.stale);
    if (this.#connected && stale === this.#stale) return;
    this.#connected = true;
    this.#stale = stale;
    this.#tell(null);
  }

  /** Jittered: thousands of screens heard the same frame at the same moment. */
  #silence() {
    return (this.#probe ? SILENCE_MS : SILENCE_WITHOUT_PROBE_MS) * (0.75 + this.#tools.random() / 2);
  }

  #onLost(code) {
    this.#connected = false;
    this.#drop();
    if (code !== null && isFinal(code)) {
      this.stop();
      this.#tell(code, true);
      return;
    }
    this.#after(reconnectDelay(this.#attempt++, this.#tools.random, this.#longestPause), () => this.#connect());
    this.#tell(code);
  }

  #tell(code, final = false) {
    const detail = { connected: this.#connected, stale: this.#stale, final, code, since: this.freshAt };
    this.dispatchEvent(new CustomEvent('status', { detail }));
  }

  #onWake() {
    if (globalThis.document?.visibilityState === 'hidden') return;
    if (this.#connected) this.#check();
    else if (this.#socket === null) this.#connect();
  }

  async #check() {
    this.#after(null);
    const socket = this.#socket;
    const confirmed = this.#probe !== null && (await this.#probeAgrees());
    if (socket !== this.#socket || !this.#running) return;
    // The page keeps its facts while the new socket is on its way: only a failure is told.
    if (confirmed) this.#onHeard(this.#tools.now());
    else this.#connect();
  }

  async #probeAgrees() {
    try {
      const response = await this.#tools.fetch(this.#probe, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
      if (!response.ok) return false;
      const answer = await response.json();
      const frame = this.#last.get(answer.office)?.frame;
      // The service's memory of a board is no proof that it still is so.
      if (!frame || answer.stale) return false;
      if ('version' in frame) return frame.epoch === answer.epoch && frame.version >= answer.version;
      return Object.keys(answer).every((key) => JSON.stringify(answer[key]) === JSON.stringify(frame[key]));
    } catch {
      return false;
    }
  }
}
