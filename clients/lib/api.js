/**
 * The service's HTTP API from a page of its own origin: JSON in, JSON out, one kind of error.
 */

const TIMEOUT_MS = 10_000;
/** An attempt that may be followed by another gets this part of the time for all of them, so that one can't use it up. */
const ATTEMPTS_IN_TIME = 3;
const SHORTEST_ATTEMPT_MS = 2_500;
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 5_000;
const WORTH_RETRYING = new Set([0, 502, 503, 504]);
const SAFE_TO_REPEAT = new Set(['GET', 'HEAD', 'DELETE']);

/**
 * Why a call failed: the service's problem details, or `status` 0 with `code` 'network' or 'timeout' when no answer
 * came.
 *
 * `code` is stable and meant for programs; `title` and `detail` are for people who mend things. `retryAfter` is in
 * milliseconds, or null. `data` is the whole problem object with its extras (`window`, `state`, ...).
 */
export class Problem extends Error {
  constructor({ status, code, title = '', detail = '', retryAfter = null, data = {} }) {
    super(`${status} ${code}: ${detail || title}`);
    this.name = 'Problem';
    Object.assign(this, { status, code, title, detail, retryAfter, data });
  }

  static async from(response) {
    const data = await response.json().catch(() => ({}));
    const seconds = Number.parseFloat(response.headers.get('Retry-After'));
    return new Problem({
      status: response.status,
      code: data.code ?? `http_${response.status}`,
      title: data.title ?? response.statusText,
      detail: data.detail,
      retryAfter: Number.isFinite(seconds) ? seconds * 1000 : null,
      data,
    });
  }
}

/** A fresh key for one intent: send it with every repetition of that intent, and it happens once. */
export function newKey() {
  // crypto.randomUUID is missing on plain-http pages, which a kiosk in the office's own network may be.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * Calls `/api/v1` + `path` and gives the answer's JSON (null when there is none).
 *
 * With `retry` (milliseconds) a call that got no answer, or 502, 503 or 504, is repeated with jittered pauses until
 * that time is over, if repeating is safe: a GET or DELETE, or anything with a `key`, sent as Idempotency-Key each time.
 *
 * @param {string} path such as '/offices'
 * @param {object} options `method`, `body` (sent as JSON), `headers`, `key`, `retry`, `signal`; `fetch`, `random`,
 *   `sleep`, `now` and `timeLimit` replace the browser's own in tests
 * @throws {Problem}
 * @throws the signal's reason, if `signal` was aborted
 */
export async function api(path, { method = 'GET', body, headers = {}, key, retry = 0, signal, ...tools } = {}) {
  const { fetch, random, sleep, now, timeLimit } = { ...browser, ...tools };
  const init = { method, headers: { Accept: 'application/json', ...headers }, credentials: 'same-origin' };
  if (body !== undefined) {
    init.headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  if (key) init.headers['Idempotency-Key'] = key;
  const repeatable = Boolean(key) || SAFE_TO_REPEAT.has(method);
  const deadline = now() + retry;
  const oneAttempt = Math.max(SHORTEST_ATTEMPT_MS, Math.ceil(retry / ATTEMPTS_IN_TIME));
  const longest = repeatable && retry > 0 ? Math.min(TIMEOUT_MS, oneAttempt) : TIMEOUT_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      return await once(fetch, `/api/v1${path}`, init, signal, timeLimit(longest));
    } catch (error) {
      if (!(error instanceof Problem) || !repeatable || !WORTH_RETRYING.has(error.status)) throw error;
      const pause = (error.retryAfter ?? 0) + random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
      if (now() + pause > deadline) throw error;
      await sleep(pause);
      signal?.throwIfAborted();
    }
  }
}

const browser = {
  fetch: (...args) => globalThis.fetch(...args),
  random: Math.random,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: () => performance.now(),
  timeLimit: (ms) => AbortSignal.timeout(ms),
};

async function once(fetch, url, init, signal, timeout) {
  try {
    const response = await fetch(url, { ...init, signal: either(signal, timeout) });
    if (!response.ok) throw await Problem.from(response);
    return response.status === 204 ? null : await response.json();
  } catch (error) {
    if (error instanceof Problem) throw error;
    signal?.throwIfAborted();
    const code = timeout.aborted ? 'timeout' : 'network';
    throw new Problem({ status: 0, code, detail: String(error.message ?? error) });
  }
}

/** A signal that is aborted when either is; AbortSignal.any is too young for some kiosks' browsers. */
function either(signal, timeout) {
  if (!signal) return timeout;
  const both = new AbortController();
  for (const one of [signal, timeout]) {
    if (one.aborted) both.abort(one.reason);
    one.addEventListener('abort', () => both.abort(one.reason), { once: true, signal: both.signal });
  }
  return both.signal;
}
