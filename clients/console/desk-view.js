/** The screen that a clerk works at: who is at the window, the moves, and beside them what waits. */

import { find } from '../shared/dom.js';
import { name, t } from '../shared/i18n.js';
import { make, say } from '../shared/signs.js';
import { Around } from './around.js';
import { duration } from './durations.js';
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
    find('#transfer-form').addEventListener('submit', ({ submitter }) => {
      if (submitter.value) this.#desk.press('transfer', { counter: submitter.value });
    });
    find('#transfer-dialog').addEventListener('close', () => find('#next').focus({ preventScroll: true }));
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
    if (!desk) {
      // It would stay in front of whatever is shown next.
      find('#transfer-dialog').close();
      return;
    }
    desk.addEventListener('change', () => desk === this.#desk && this.draw());
    desk.addEventListener('line', ({ detail }) => {
      if (desk === this.#desk) this.tell(detail);
    });
    this.draw();
  }

  /** @param {{key: string, params?: object}|null} line what the clerk is told, until the next press */
  tell(line) {
    this.#line = line;
    this.#drawLine();
  }

  draw() {
    const desk = this.#desk;
    if (!desk) return;
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
    const { number, counters } = desk.window;
    const waiting = desk.frame.tickets.filter((ticket) => ticket.state === 'waiting' && counters.includes(ticket.counter)).length;
    const what = number === null ? 'console.next.call' : 'console.next.finish';
    say(find('#next-what'), t(what, { number, count: waiting }));
    find('#call-button').setAttribute('aria-disabled', !desk.can('call'));
  }

  #drawLists(desk) {
    const { tickets } = desk.frame;
    const onlyMine = find('#mine').checked;
    const lists = {
      waiting: tickets.filter(({ state, counter }) => state === 'waiting' && (!onlyMine || desk.window.counters.includes(counter))),
      held: tickets.filter(({ state }) => state === 'held'),
      'no-show': tickets.filter(({ state }) => state === 'no_show'),
    };
    for (const [id, list] of Object.entries(lists)) {
      say(find(`#${id}-count`), String(list.length));
      drawTickets(find(`#${id}`), list, {
        counterName: (counter) => this.#counterName(counter),
        callable: desk.can('call'),
        onCall: (number) => this.#desk.press('call', { number }),
      });
    }
    find('#waiting-none').hidden = lists.waiting.length > 0;
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
    return name(this.#office.counters.find((counter) => counter.id === id).name);
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
      find('#call-number').focus();
    } else if (action === 'transfer') {
      if (this.#desk.can('transfer')) this.#askWhere();
    } else {
      this.#desk.press(action);
    }
  }

  #askWhere() {
    const others = this.#office.counters.filter(({ id }) => id !== this.#desk.window.counter);
    const buttons = others.map(({ id, name: names }) => {
      const button = make('button', 'button', name(names));
      button.value = id;
      return button;
    });
    find('#targets').replaceChildren(...buttons);
    find('#transfer-dialog').showModal();
  }

  async #callTyped(input) {
    if (this.#desk.window.state !== 'idle') {
      this.tell({ key: 'console.line.window_busy' });
    } else if (await this.#desk.press('call', { number: Number(input.value) })) {
      input.value = '';
      find('#next').focus({ preventScroll: true });
    }
  }
}
