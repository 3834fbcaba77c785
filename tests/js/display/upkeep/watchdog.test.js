import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { FORGIVEN_MS, LOOK_MS, LOOKS, MOST_RELOADS, Watchdog } from '../../../../display/upkeep/watchdog.js';
import { emptyStorages } from '../../storage.js';

beforeEach(emptyStorages);

/** A page whose frames and time a test moves. `reloads` counts; a reload makes a new page of the same browser. */
class Page {
  ms = 1_000;
  reloads = 0;
  isVisible = true;
  #frame = null;

  constructor() {
    this.begin();
  }

  begin() {
    this.watchdog = new Watchdog(() => this.reloads++, {
      requestFrame: (step) => (this.#frame = step),
      setInterval: (step) => (this.look = step),
      now: () => this.ms,
      time: () => 1_795_000_000_000 + this.ms,
      isVisible: () => this.isVisible,
    });
    this.watchdog.start();
  }

  paint() {
    const frame = this.#frame;
    this.#frame = null;
    frame?.();
  }

  /** Time goes on without a frame. */
  stand(looks) {
    for (let i = 0; i < looks; i++) {
      this.ms += LOOK_MS;
      this.look();
    }
  }
}

test('a page that paints is left alone, and says how long ago it did', () => {
  const page = new Page();
  for (let i = 0; i < 20; i++) {
    page.paint();
    page.stand(1);
  }
  assert.equal(page.reloads, 0);
  page.paint();
  page.ms += 700;
  assert.equal(page.watchdog.paintedMsAgo, 700);
});

test('a page that stands still is reloaded once', () => {
  const page = new Page();
  page.stand(LOOKS - 1);
  assert.equal(page.reloads, 0);
  page.stand(5);
  assert.equal(page.reloads, 1);
  assert.equal(page.watchdog.reloads, 1);
  assert.equal(page.watchdog.paintedMsAgo, (LOOKS + 4) * LOOK_MS);
});

test('after three reloads it gives up and says so, until frames are drawn again', () => {
  const page = new Page();
  const told = [];
  for (let i = 0; i < MOST_RELOADS; i++) {
    page.stand(LOOKS);
    page.begin();
  }
  page.watchdog.addEventListener('change', () => told.push(page.watchdog.hasGivenUp));
  page.stand(3 * LOOKS);
  assert.equal(page.reloads, MOST_RELOADS);
  assert.deepEqual(told, [true]);
  page.paint();
  assert.deepEqual(told, [true, false]);
});

test('reloads of long ago do not count', () => {
  const page = new Page();
  for (let i = 0; i < MOST_RELOADS; i++) {
    page.stand(LOOKS);
    page.begin();
  }
  page.ms += FORGIVEN_MS;
  page.begin();
  assert.equal(page.watchdog.reloads, 0);
  page.stand(LOOKS);
  assert.equal(page.reloads, MOST_RELOADS + 1);
});

test('a page that nobody sees, or that has slept, is no standstill', () => {
  const page = new Page();
  page.isVisible = false;
  page.stand(20);
  page.isVisible = true;
  page.stand(LOOKS - 1);
  page.ms += 3_600_000;
  page.stand(1);
  page.stand(LOOKS - 1);
  assert.equal(page.reloads, 0);
  page.stand(1);
  assert.equal(page.reloads, 1);
});
