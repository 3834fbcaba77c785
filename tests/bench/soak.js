/*
 * A lobby board's world, made up within its page: a line that brings the boards of a busy office, by the page's own clock,
 * and a service that answers at once. `board` and `offices` are real ones.
 *
 * A test's browser keeps every request and every line of its console for the test, which would look like a leak of the
 * page: so no request leaves it, and a line of the console is an error.
 */

({ board, offices, callEvery }) => {
  const BEAT_MS = 3_000;
  const SEOUL_MS = 9 * 3_600_000;
  const seoul = (ms) => new Date(ms + SEOUL_MS).toISOString();
  const said = (ms) => seoul(ms).replace('Z', '+09:00');
  let next = structuredClone(board);
  let seed = 1;
  globalThis.framesSent = 0;

  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };

  const beginDay = (day) => {
    next.day = day;
    next.calls = [];
    next.version++;
    for (const counter of next.counters) Object.assign(counter, { waiting: 0, called: null, issued: null });
    for (const window of next.windows) Object.assign(window, { state: 'closed', counter: null, number: null });
  };

  const call = (at) => {
    const counter = next.counters[Math.floor(random() * next.counters.length)];
    const window = next.windows[Math.floor(random() * next.windows.length)];
    counter.called = (counter.called ?? 100) + 1;
    counter.issued = counter.called + 12;
    counter.waiting = Math.floor(random() * 20);
    Object.assign(window, { state: 'serving', counter: counter.id, number: counter.called });
    const seq = (next.calls.at(-1)?.seq ?? 0) + 1;
    next.calls.push({ seq, number: counter.called, counter: counter.id, window: window.id, at, again: random() < 0.1 });
    next.calls = next.calls.slice(-12);
    next.version++;
  };

  const boardNow = () => {
    const now = Date.now();
    const at = said(now);
    const hour = Number(at.slice(11, 13));
    if (at.slice(0, 10) !== next.day) beginDay(at.slice(0, 10));
    const status = hour >= 9 && hour < 18 ? 'open' : 'closed';
    if (status !== next.status) {
      next.status = status;
      next.version++;
      if (status === 'closed') for (const window of next.windows) Object.assign(window, { state: 'closed', number: null });
      for (const counter of next.counters) counter.waiting = 0;
    }
    if (status === 'open' && random() < BEAT_MS / callEvery) call(at);
    return { ...next, at, fresh_at: at };
  };

  globalThis.WebSocket = class extends EventTarget {
    #timer;
    onopen = onmessage = onclose = onerror = null;

    constructor() {
      super();
      setTimeout(() => this.#tell(new Event('open')), 0);
      this.#timer = setInterval(() => this.#send(), BEAT_MS);
    }

    close() {
      clearInterval(this.#timer);
    }

    #send() {
      globalThis.framesSent++;
      this.#tell(new MessageEvent('message', { data: JSON.stringify(boardNow()) }));
    }

    #tell(event) {
      this.dispatchEvent(event);
      this[`on${event.type}`]?.(event);
    }
  };

  const fetch = globalThis.fetch.bind(globalThis);
  const build = () => document.querySelector('meta[name="build"]').content;
  const answers = [
    ['/screens/', () => ({ orders: [], build: build() })],
    ['/display/build.json', () => ({ build: build() })],
    ['/api/v1/offices', () => offices],
  ];
  globalThis.fetch = async (to, init) => {
    const found = answers.find(([part]) => `${to}`.includes(part));
    return found ? Response.json(found[1]()) : fetch(to, init);
  };
  // Time limits by the page's clock, which runs faster than the browser's.
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), ms);
    return controller.signal;
  };
};
