import assert from 'node:assert/strict';
import { test } from 'node:test';

import { askForSound } from '../../../../clients/lib/voice/sound-question.js';

class Speaker extends EventTarget {
  state = 'blocked';
  unblock() {
    this.state = 'on';
    this.dispatchEvent(new Event('change'));
  }
}

/** A browser that keeps what a page gives it. */
function browser(t) {
  const kept = new Map();
  globalThis.localStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
  };
  t.after(() => delete globalThis.localStorage);
}

function ask() {
  const [speaker, page, button] = [new Speaker(), new EventTarget(), { dataset: {}, hidden: true }];
  askForSound(speaker, button, page);
  return { speaker, page, button };
}

test('a browser is asked once, and any touch or key answers', (t) => {
  browser(t);
  const first = ask();
  assert.deepEqual([first.button.hidden, first.button.dataset.asked], [false, 'never']);
  first.page.dispatchEvent(new Event('keydown'));
  assert.deepEqual([first.speaker.state, first.button.hidden], ['on', true]);
  const later = ask();
  assert.deepEqual([later.button.hidden, later.button.dataset.asked], [false, 'before']);
  later.page.dispatchEvent(new Event('click'));
  assert.equal(later.button.hidden, true);
});
