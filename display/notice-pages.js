/** The notices of an office by pages: as many at once as can be read, and one page after another. No DOM. */

export const PAGE_MS = 10_000;
/** Notices with up to so many Korean letters, or twice as many of the alphabet, stand side by side. */
const SHORT = 24;
const SIDE_BY_SIDE = 2;

const isShort = ({ ko, en }) => ko.length <= SHORT && en.length <= 2 * SHORT;
const same = (a, b) => a.ko === b.ko && a.en === b.en;

/** The notices in their order, some a page: short ones share one, a long one and one about another office have their own. */
export function pagesOf(notices) {
  const pages = [];
  for (const notice of notices) {
    const page = pages.at(-1);
    if (page && !notice.isElsewhere && page.length < SIDE_BY_SIDE && [...page, notice].every(isShort)) page.push(notice);
    else pages.push([notice]);
  }
  return pages;
}

export class NoticePages {
  #draw;
  #tools;
  #notices = [];
  #timer = null;

  /** @param {(page: object[]) => void} draw shows the notices of a page, none where there are none */
  constructor(draw, tools = {}) {
    this.#draw = draw;
    this.#tools = {
      setTimeout: (...args) => globalThis.setTimeout(...args),
      clearTimeout: (timer) => globalThis.clearTimeout(timer),
      ...tools,
    };
  }

  /** Takes the notices of a board. A new one is shown at once, and pages turn from there. */
  show(notices) {
    const before = this.#notices;
    if (before.length === notices.length && before.every((notice, i) => same(notice, notices[i]))) return;
    this.#notices = notices;
    const pages = pagesOf(notices);
    const isNew = (notice) => !before.some((other) => same(notice, other));
    this.#turnTo(pages, Math.max(0, pages.findIndex((page) => page.some(isNew))));
  }

  #turnTo(pages, at) {
    this.#tools.clearTimeout(this.#timer);
    this.#draw(pages[at] ?? []);
    if (pages.length < 2) return;
    this.#timer = this.#tools.setTimeout(() => this.#turnTo(pages, (at + 1) % pages.length), PAGE_MS);
  }
}
