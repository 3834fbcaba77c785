/** The screen that a clerk works at: who is at the window, the moves, and beside them what waits. */

import { ask } from '../../lib/dialog-sheet.js';
import { find, keepFocus } from '../../lib/dom.js';
import { name, t } from '../../lib/i18n.js';
import { make, say } from '../../lib/signs.js';
import { Around } from './around.js';
import { duration } from './durations.js';
import { groups, nextTurn } from './line.js';
import { actionOf } from './shortcuts.js';
import { drawTickets, tagsOf } from './tickets.js';

const TICK_MS = 1_000;

export class DeskView {
  #desk = null;
  #office = null;
  #around = null;
  #line = null;

  /** @param {() => boolean} keysOn whether single keys are shortcuts */
  constructor(keysOn) {
    for (const button of document.querySelectorAll('[data-move]')) {
      button.addEventListener('click', (event) => this.#onClick(event, button.dataset.move));
      // A held Enter would press again and again.
      button.addEventListener('keydown', (event) => event.repeat && event.preventDefault());
    }
    find('#call-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#callTyped(find('#call-number'));
    });
    find('#call-number').addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#leaveCall();
    });
    find('#mine').addEventListener('change', () => this.draw());
    document.addEventListener('click', (event) => this.#afterClick(event));
    document.addEventListener('keydown', (event) => {
      const action = this.#isShown() && keysOn() ? actionOf(event) : null;
      if (!action) return;
      event.preventDefault();
      this.#act(action);
    });
    setInterval(() => this.#desk && this.#drawTimes(), TICK_MS);
  }

  /** Shows a desk from now on; null: none. */
  attach(desk, office) {
    this.#desk = desk;
    this.#office = office;
    this.#around = desk && new Around(desk, office);
    this.#line = null;
    find('#transfer-dialog').close();
    if (!desk) return;
    desk.addEventListener('change', () => desk === this.#desk && this.draw());
    desk.addEventListener('line', ({ detail }) => {
      if (desk !== this.#desk) return;
      this.#line = detail;
      this.#drawLine();
    });
    this.draw();
  }

  /** The office has other names, counters or windows. */
  rename(office) {
    if (!this.#desk) return;
    this.#office = office;
    this.#around = new Around(this.#desk, office);
  }

  draw() {
    if (this.#desk) keepFocus(() => this.#draw(this.#desk), find('#next'));
  }

  #draw(desk) {
    say(find('#desk-title'), t('common.window', { window: desk.window.id }));
    this.#drawWindow(desk.window);
    this.#drawMoves(desk);
    this.#drawLists(desk);
    this.#drawLine();
    this.#around.draw();
    this.#drawTimes();
  }

  #drawWindow({ id, number, counter, ticket }) {
    say(find('#at-window-title'), t('console.at_window', { window: id }));
    say(find('#number'), number === null ? '–' : String(number));
    say(find('#current-counter'), number === null ? t('console.nobody') : this.#counterName(counter));
    find('#tags').replaceChildren(...(ticket ? tagsOf(ticket) : []));
    find('#desk').dataset.state = this.#desk.window.state;
  }

  #drawMoves(desk) {
    for (const button of document.querySelectorAll('[data-move]')) {
      const move = button.dataset.move;
      const busy = desk.underWay === move;
      button.setAttribute('aria-busy', busy);
      button.setAttribute('aria-disabled', !desk.can(move));
    }
    this.#drawNext(desk);
    find('#call-button').setAttribute('aria-disabled', !desk.can('call'));
  }

  /** Whom the button calls, before it is pressed; or why nobody. */
  #drawNext({ frame, window }) {
    const turn = nextTurn(frame, window);
    const who = turn?.ticket;
    const what = [];
    if (window.number !== null) what.push(t(who ? 'console.next.finish_first' : 'console.next.finish', { number: window.number }));
    if (turn && !who) what.push(turn.absent ? t('console.next.nobody_here', { count: turn.absent }) : t('console.next.nobody'));
    say(find('#next-who'), who ? `${who.number} · ${this.#counterName(who.counter)}` : '');
    say(find('#next-what'), what.join(' · '));
  }

  #drawLists(desk) {
    const all = groups(desk.frame, desk.window, find('#mine').checked);
    say(find('#none'), t(all.absent.count > 0 ? 'console.none_here' : 'console.none_waiting'));
    for (const [id, { tickets, count }] of Object.entries(all)) {
      const list = find(`#${id}`);
      say(find(`#${id}-count`), String(count));
      drawTickets(list, tickets, {
        counterName: (counter) => this.#counterName(counter),
        callable: desk.can('call'),
        onCall: (number) => this.#desk.press('call', { number }),
      });
      const more = list.parentElement.querySelector('.list-more');
      more.hidden = count <= tickets.length;
      say(more, t('console.more', { count: count - tickets.length }));
      list.parentElement.dataset.empty = count === 0;
    }
  }

  #drawLine() {
    const line = this.#line;
    const params = { ...line?.params };
    if (params.state) params.state = t(`console.state.${params.state}`);
    say(find('#told'), line ? t(line.key, params) : '');
  }

  #drawTimes() {
    const time = this.#desk.atWindowFor;
    say(find('#since'), time === null ? '' : t('console.since', { time: duration(time) }));
    for (const row of document.querySelectorAll('.ticket')) {
      const minutes = Math.floor(this.#desk.ago(row.dataset.since) / 60_000);
      say(row.querySelector('.waited'), t('console.minutes', { count: minutes }));
    }
  }

  #counterName(id) {
    const counter = this.#office.counters.find((one) => one.id === id);
    return counter ? name(counter.name) : id;
  }

  #onClick(event, move) {
    // The second click of a double click is no second wish.
    if (event.detail < 2) this.#act(move);
  }

  /** The space bar stays "next" whatever was clicked with the mouse: the focus goes back where it belongs. */
  #afterClick({ detail, target }) {
    const takesFocus = target.closest('input:not([type="checkbox"]), select');
    if (detail > 0 && !takesFocus && this.#isShown()) find('#next').focus({ preventScroll: true });
  }

  #isShown() {
    return this.#desk !== null && !find('#desk').hidden && !document.querySelector('dialog[open]');
  }

  #act(action) {
    if (action === 'call') {
      this.#askNumber();
    } else if (action === 'transfer') {
      if (this.#desk.can('transfer')) this.#askWhere();
    } else {
      this.#desk.press(action);
    }
  }

  async #askWhere() {
    const others = this.#office.counters.filter(({ id }) => id !== this.#desk.window.counter);
    const buttons = others.map(({ id, name: names }) => {
      const button = make('button', 'button', name(names));
      button.value = id;
      return button;
    });
    find('#targets').replaceChildren(...buttons);
    const counter = await ask(find('#transfer-dialog'));
    find('#next').focus({ preventScroll: true });
    if (counter) this.#desk.press('transfer', { counter });
  }

  /** Keys that are typed are no shortcuts: nobody is led into the field while a call can't be made, and Escape leads out. */
  #askNumber() {
    if (this.#desk.window.state === 'serving') this.#desk.tell({ key: 'console.line.window_busy' });
    else find('#call-number').focus();
  }

  async #callTyped(input) {
    if (this.#desk.window.state !== 'idle') this.#desk.tell({ key: 'console.line.window_busy' });
    else if (await this.#desk.press('call', { number: Number(input.value) })) this.#leaveCall();
  }

  #leaveCall() {
    find('#call-number').value = '';
    find('#next').focus({ preventScroll: true });
  }
}
