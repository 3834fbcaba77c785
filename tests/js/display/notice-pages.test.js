import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NoticePages, PAGE_MS, pagesOf } from '../../../display/notice-pages.js';

const short = (ko) => ({ ko, en: ko, until: null });
const LONG = { ko: '길'.repeat(60), en: 'long', until: null };
const WORDY = { ko: '짧다', en: 'A sentence that takes much more room in English than in Korean', until: null };

test('short notices stand side by side, and a long one alone', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(short);
  assert.deepEqual(pagesOf([]), []);
  assert.deepEqual(pagesOf([a]), [[a]]);
  assert.deepEqual(pagesOf([a, b, c]), [[a, b], [c]]);
  assert.deepEqual(pagesOf([a, LONG, b, c]), [[a], [LONG], [b, c]]);
  assert.deepEqual(pagesOf([WORDY, a]), [[WORDY], [a]]);
  const elsewhere = { ...b, isElsewhere: true };
  assert.deepEqual(pagesOf([a, elsewhere]), [[a], [elsewhere]]);
});

/** Pages on a clock that the test moves. */
function build() {
  const drawn = [];
  let timer = null;
  const pages = new NoticePages((page) => drawn.push(page.map(({ ko }) => ko).join()), {
    setTimeout: (step, ms) => {
      assert.equal(ms, PAGE_MS);
      timer = step;
    },
    clearTimeout: () => {
      timer = null;
    },
  });
  return { pages, drawn, waits: () => timer !== null, pass: () => timer() };
}

test('one page stands still, and the same notices again change nothing', () => {
  const { pages, drawn, waits } = build();
  pages.show([]);
  pages.show(['a', 'b'].map(short));
  pages.show(['a', 'b'].map(short));
  assert.deepEqual(drawn, ['a,b']);
  assert.equal(waits(), false);
});

test('pages turn, and begin anew after the last', () => {
  const { pages, drawn, pass } = build();
  pages.show(['a', 'b', 'c'].map(short));
  for (let i = 0; i < 3; i++) pass();
  assert.deepEqual(drawn, ['a,b', 'c', 'a,b', 'c']);
});

test('a new notice is shown at once; without notices there is nothing to turn', () => {
  const { pages, drawn, waits } = build();
  pages.show(['a', 'b', 'c'].map(short));
  pages.show(['a', 'b', 'c', 'new'].map(short));
  assert.deepEqual(drawn, ['a,b', 'c,new']);
  assert.equal(waits(), true);
  pages.show(['a'].map(short));
  pages.show([]);
  assert.deepEqual(drawn, ['a,b', 'c,new', 'a', '']);
  assert.equal(waits(), false);
});
