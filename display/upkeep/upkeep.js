/**
 * What keeps a screen alive that runs for months without a touch: it reports how it is, does what the staff order, notices
 * that it does not paint, loads new builds at night, keeps its files for a start without network, and saves its pixels.
 */

import { newCalls } from '../../clients/lib/board.js';
import { dim, startMoving } from './burn-in.js';
import { keepFiles } from './offline.js';
import { Orders } from './orders.js';
import { makeWay, showName, showProblem, showTestCall } from './overlay.js';
import { Reporter } from './report.js';
import { screenKey } from './screen-key.js';
import { SetupSheet } from './setup-sheet.js';
import { testCall } from './test-call.js';
import { Updates } from './updates.js';
import { Watchdog } from './watchdog.js';

/** Whoever installs the screen stands before it; later, the staff see in the console that it does not report. */
const REFUSED_MS = 30_000;
const BUILD = document.querySelector('meta[name="build"]').content;

export class Upkeep {
  #office;
  #sound;
  #announce;
  #shown = null;
  #seen = null;
  #named = null;
  #watchdog = new Watchdog(() => location.reload());
  #updates = new Updates(BUILD, () => location.reload());

  /**
   * @param {object} page `office`: its id; `sound`: () => 'on', 'off', 'blocked' or 'missing'; `announce`: speaks a call,
   *   and gives a promise that resolves when that is over
   */
  constructor({ office, sound, announce }) {
    this.#office = office;
    this.#sound = sound;
    this.#announce = announce;
  }

  start() {
    this.#watchdog.addEventListener('change', () => {
      showProblem(this.#watchdog.hasGivenUp ? 'display.upkeep.not_painting' : null).catch(console.error);
    });
    this.#updates.addEventListener('new', keepFiles);
    this.#watchdog.start();
    this.#updates.start();
    startMoving();
    new SetupSheet(this.#office, () => location.reload()).watch();
    const screen = screenKey();
    if (screen) this.#report(screen);
    keepFiles();
  }

  /** The board that the page shows now, and the Office that it is of. */
  shows(board, office) {
    const { calls, seen } = newCalls(this.#seen, board);
    if (calls.length > 0) makeWay();
    this.#seen = seen;
    this.#shown = board;
    this.#named = office;
    dim(board);
    this.#updates.shows(board);
  }

  #report(screen) {
    const orders = new Orders({
      reload: () => location.reload(),
      identify: () => showName(screen.name).catch(console.error),
      test_call: () => this.#test().catch(console.error),
    });
    const reporter = new Reporter({ ...screen, office: this.#office }, () => ({ ...this.#facts(), done: orders.begun }));
    reporter.addEventListener('build', ({ detail }) => this.#updates.hear(detail));
    reporter.addEventListener('orders', ({ detail }) => {
      if (orders.take(detail)) reporter.report();
    });
    reporter.addEventListener('refused', ({ detail }) => {
      if (detail !== null) showProblem('display.upkeep.refused', REFUSED_MS).catch(console.error);
    }, { once: true });
    reporter.start();
  }

  #facts() {
    return {
      build: BUILD,
      epoch: this.#shown?.epoch ?? null,
      version: this.#shown?.version ?? null,
      painted_ms_ago: this.#watchdog.paintedMsAgo,
      visible: document.visibilityState === 'visible',
      viewport: { width: innerWidth, height: innerHeight, scale: devicePixelRatio },
      sound: this.#sound(),
      // Only Chromium says it.
      memory: performance.memory?.usedJSHeapSize ?? null,
      reloads: this.#watchdog.reloads,
    };
  }

  async #test() {
    const call = testCall(this.#named);
    await showTestCall(call, this.#announce(call));
  }
}
