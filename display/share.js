/** A screen's share of its office: all windows, some of them (`?windows=1-4`), or one (`/display/{office}/{window}`). */

const PART = /^(\d{1,3})(?:-(\d{1,3}))?$/;

/**
 * The windows that a text names, such as "1-4" or "1,3,5-7", as pairs of the first and the last; null where it isn't
 * such a text.
 */
export function parseWindows(text) {
  const pairs = text.split(',').map((part) => {
    const found = PART.exec(part.trim());
    return found && [Number(found[1]), Number(found[2] ?? found[1])];
  });
  return pairs.every((pair) => pair && pair[0] <= pair[1]) ? pairs : null;
}

export class Share {
  #pairs;

  /** @param {Array<[number, number]>|null} pairs as `parseWindows` gives them; null: the whole office */
  constructor(pairs = null) {
    this.#pairs = pairs;
  }

  /** Whether a window, by its id, is shown here. */
  has(window) {
    return this.#pairs === null || this.#pairs.some(([first, last]) => first <= window && window <= last);
  }

  /** The office with the windows of this share, and the counters that they may serve. */
  ofOffice(office) {
    if (this.#pairs === null) return office;
    const windows = office.windows.filter(({ id }) => this.has(id));
    const served = new Set(windows.flatMap(({ counters }) => counters));
    return { ...office, windows, counters: office.counters.filter(({ id }) => served.has(id)) };
  }

  /**
   * The part of a board that is shown and spoken here.
   *
   * @param {object} board Board
   * @param {object} office as `ofOffice` gives it
   */
  ofBoard(board, office) {
    if (this.#pairs === null) return board;
    const served = new Set(office.counters.map(({ id }) => id));
    return {
      ...board,
      windows: board.windows.filter(({ id }) => this.has(id)),
      calls: board.calls.filter(({ window }) => this.has(window)),
      counters: board.counters.filter(({ id }) => served.has(id)),
    };
  }
}

/**
 * What an address asks to be shown.
 *
 * @param {{pathname: string, search: string}} address
 * @returns {{office: string, window: number|null, share: Share|null}} `window`: it is a sign for this one; `share` is
 *   null where `windows` has a value that can't be read
 */
export function asked({ pathname, search }) {
  const [, office, sign] = pathname.split('/').filter(Boolean).map(decodeURIComponent);
  if (sign !== undefined) return { office, window: Number(sign), share: new Share([[Number(sign), Number(sign)]]) };
  const windows = new URLSearchParams(search).get('windows');
  if (windows === null) return { office, window: null, share: new Share() };
  const pairs = parseWindows(windows);
  return { office, window: null, share: pairs && new Share(pairs) };
}
