import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ask } from '../../../clients/lib/dialog-sheet.js';

/** As a <dialog>: that it was closed is told later. */
class Sheet extends EventTarget {
  open = false;
  returnValue = '';

  showModal() {
    this.open = true;
  }

  close(value) {
    this.open = false;
    if (value !== undefined) this.returnValue = value;
  }

  tell() {
    this.dispatchEvent(new Event('close'));
  }
}

test('the answer is the button that was pressed, and nothing where it was closed in another way', async () => {
  const sheet = new Sheet();
  for (const value of ['take', undefined]) {
    const answer = ask(sheet);
    sheet.close(value);
    sheet.tell();
    assert.equal(await answer, value ?? '');
  }
});

test('a question that is asked again at once has an answer of its own', async () => {
  const sheet = new Sheet();
  const first = ask(sheet);
  sheet.close();
  const second = ask(sheet);
  sheet.tell();
  sheet.close('take');
  sheet.tell();
  assert.deepEqual(await Promise.all([first, second]), ['', 'take']);
});
