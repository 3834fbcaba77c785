/** The panel in which staff write what the office's screens say, with a preview of the lines in both languages. */

import { api } from '../../lib/api.js';
import { copy, find, focusOn, say } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { drawNotices, inBoth } from '../../lib/notices.js';
import { draftsOf, MOST_NOTICES, noticesOf, sameDrafts, written } from './notice-drafts.js';
import { SavedForm } from './saved-form.js';

const drawNotice = inBoth('ko');

export class NoticesPanel {
  #office = null;
  /** What the screens show, and what is written here, as drafts. */
  #shown = [];
  #drafts = [];
  #form;

  /** @param {(problem: object) => void} onSignedOut the session is over */
  constructor(onSignedOut) {
    this.#form = new SavedForm(find('#notices-form'), find('#notices-told'), {
      save: () => this.#save(),
      isChanged: () => !sameDrafts(this.#shown, this.#drafts),
      onSignedOut,
    });
    find('#notices-form').addEventListener('input', () => this.#read());
    find('#notices-add').addEventListener('click', () => this.#append());
  }

  /** Begins with what an office's board shows. */
  open(office, board) {
    this.#office = office;
    this.#shown = draftsOf(board.notices);
    this.#drafts = draftsOf(board.notices);
    this.#form.clear();
    this.#build();
  }

  /** Takes a newer board: what is being written stays, and whoever writes is told that the lines are others by now. */
  hear(board) {
    const now = draftsOf(board.notices);
    if (sameDrafts(now, this.#shown)) return;
    const isWriting = !sameDrafts(this.#shown, this.#drafts) && !sameDrafts(now, this.#drafts);
    this.#shown = now;
    if (isWriting) return this.#form.tell('console.notices.changed');
    if (sameDrafts(now, this.#drafts)) return;
    this.#drafts = draftsOf(board.notices);
    this.#build();
  }

  draw() {
    [...find('#notice-lines').children].forEach((line, place) => {
      say(line.querySelector('.line-title'), t('console.notices.line', { place: place + 1 }));
      line.querySelector('.line-remove').setAttribute('aria-label', t('console.notices.remove.of', { place: place + 1 }));
    });
    find('#notices-none').hidden = this.#drafts.length > 0;
    find('#notices-add').hidden = this.#drafts.length >= MOST_NOTICES;
    drawNotices(find('#notices-preview'), written(this.#drafts), drawNotice);
    find('#notices-preview-empty').hidden = written(this.#drafts).length > 0;
    this.#form.draw();
  }

  #build() {
    find('#notice-lines').replaceChildren(...this.#drafts.map((draft) => this.#line(draft)));
    this.draw();
  }

  #line(draft) {
    const line = copy('#notice-template');
    for (const part of ['ko', 'en', 'until']) line.querySelector(`[data-part="${part}"]`).value = draft[part];
    line.querySelector('.line-remove').addEventListener('click', () => this.#remove(line));
    return line;
  }

  #append() {
    this.#drafts.push({ ko: '', en: '', until: '' });
    const line = this.#line(this.#drafts.at(-1));
    find('#notice-lines').append(line);
    this.draw();
    line.querySelector('[data-part="ko"]').focus();
  }

  #remove(line) {
    line.remove();
    this.#read();
    focusOn(find('#notices-add').hidden ? find('#notices-save') : find('#notices-add'));
  }

  #read() {
    const value = (line, part) => line.querySelector(`[data-part="${part}"]`).value;
    this.#drafts = [...find('#notice-lines').children].map((line) => ({
      ko: value(line, 'ko'),
      en: value(line, 'en'),
      until: value(line, 'until'),
    }));
    this.draw();
  }

  /** What stands then is shown: a line whose time is over doesn't. */
  async #save() {
    const stand = await api(`/offices/${this.#office.id}/notices`, { method: 'PUT', body: noticesOf(this.#drafts) });
    this.#shown = draftsOf(stand);
    this.#drafts = draftsOf(stand);
    this.#build();
  }
}
