/** The office's lobby screens, in a sheet over the page: how each is, and what it can be ordered to do. */

import { api } from '../../lib/api.js';
import { copy, find, keyed, say } from '../../lib/dom.js';
import { t } from '../../lib/i18n.js';
import { timeOfDay } from '../../lib/time.js';
import { messageFor } from './messages.js';

/** A clerk who looks at the list waits for what changes; the button may be later. */
const READ_MS = { open: 3_000, closed: 15_000 };
const TONES = { ok: 'good', hidden: 'warn', waiting: 'warn', behind: 'warn', no_sound: 'warn', gone: 'bad', not_painting: 'bad' };
const ORDERS = { '.identify': 'identify', '.test-call': 'test_call', '.reload': 'reload' };

/** How many of the screens need somebody. */
export const troubled = (screens) => screens.filter(({ condition }) => condition !== 'ok').length;

export class ScreensSheet {
  #sheet = find('#screens-sheet');
  #office = null;
  #screens = [];
  #timer = null;
  /** What was last done, as {key, params}; null: nothing. */
  #told = null;

  constructor() {
    find('#screens-open').addEventListener('click', () => {
      this.#told = null;
      this.#sheet.showModal();
      this.#read();
    });
  }

  /** Whose screens are shown: an Office's id; null: nobody is signed in. */
  attach(office) {
    if (office === this.#office) return;
    this.#office = office;
    this.#screens = [];
    clearTimeout(this.#timer);
    if (office === null) this.#sheet.close();
    else this.#read();
    this.draw();
  }

  draw() {
    const faults = troubled(this.#screens);
    find('#screens-open').hidden = this.#office === null;
    find('#screens-faults').hidden = faults === 0;
    say(find('#screens-faults'), t('console.screens.faults', { count: faults }));
    find('#screens-none').hidden = this.#screens.length > 0;
    say(find('#screens-told'), this.#told ? t(this.#told.key, this.#told.params) : '');
    keyed(find('#screens'), this.#screens, ({ id }) => id, this.#makeRow, this.#drawRow);
  }

  #makeRow = ({ id }) => {
    const row = copy('#screen-template');
    for (const [button, order] of Object.entries(ORDERS)) {
      row.querySelector(button).addEventListener('click', () => this.#order(id, order));
    }
    row.querySelector('.forget').addEventListener('click', () => this.#forget(id));
    return row;
  };

  #drawRow = (row, screen) => {
    const { id, condition, at, viewport, current_build: isCurrent, reloads } = screen;
    say(row.querySelector('.screen-name'), id);
    const status = row.querySelector('.status');
    status.dataset.tone = TONES[condition];
    say(status, t(`console.screens.condition.${condition}`));
    say(row.querySelector('.screen-help'), t(`console.screens.help.${condition}`));
    const facts = [t('console.screens.at', { time: timeOfDay(at, { seconds: true }) }), `${viewport.width} × ${viewport.height}`];
    if (!isCurrent) facts.push(t('console.screens.old_build'));
    if (reloads > 0) facts.push(t('console.screens.reloads', { count: reloads }));
    say(row.querySelector('.screen-facts'), facts.join(' · '));
    const isGone = condition === 'gone';
    for (const button of Object.keys(ORDERS)) row.querySelector(button).hidden = isGone;
    row.querySelector('.forget').hidden = !isGone;
    for (const button of row.querySelectorAll('button')) button.setAttribute('aria-describedby', this.#nameId(row, id));
  };

  /** The buttons of all screens say the same: their description says of which screen each is. */
  #nameId(row, id) {
    const name = row.querySelector('.screen-name');
    name.id = `screen-${this.#screens.findIndex((screen) => screen.id === id)}`;
    return name.id;
  }

  async #read() {
    clearTimeout(this.#timer);
    const office = this.#office;
    try {
      const { screens } = await api(`/offices/${office}/screens`);
      if (office !== this.#office) return;
      this.#screens = screens;
      this.draw();
    } catch (problem) {
      // The page itself says when there is no connection, and when somebody is signed out.
      console.debug(problem);
    }
    if (office === null || office !== this.#office) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#read(), this.#sheet.open ? READ_MS.open : READ_MS.closed);
  }

  #order(screen, order) {
    const path = `${this.#path(screen)}/orders`;
    return this.#do(() => api(path, { method: 'POST', body: { order } }), { key: `console.screens.done.${order}`, params: { screen } });
  }

  #forget(screen) {
    return this.#do(() => api(this.#path(screen), { method: 'DELETE' }), { key: 'console.screens.done.forget', params: { screen } });
  }

  async #do(call, done) {
    try {
      await call();
      this.#told = done;
    } catch (problem) {
      this.#told = problem.code === 'screen_gone' ? { key: 'console.screens.help.gone' } : messageFor(problem);
    }
    this.draw();
    this.#read();
  }

  #path(screen) {
    return `/offices/${this.#office}/screens/${encodeURIComponent(screen)}`;
  }
}
