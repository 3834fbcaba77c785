/** The staff view, at which a clerk works: who is at the window, the moves, and beside them what waits. */

import { ask } from '../../lib/dialog-sheet.js';
import { find, keepFocus, keyed, make, say } from '../../lib/dom.js';
import { name, t } from '../../lib/i18n.js';
import { CounterDialog } from './counter-dialog.js';
import { duration } from './durations.js';
import { ForgottenQuestion } from './forgotten.js';
import { groups, nextTurn } from './line.js';
import { OfficePanel } from './office-panel.js';
import { actionOf } from './shortcuts.js';
import { drawTickets, tagsOf } from './ticket-list.js';

const TICK_MS = 1_000;

export class StaffView {
  #clerkWindow = null;
  #office = null;
  #officePanel = null;
  #message = null;
  #forgotten = new ForgottenQuestion(() => this.#clerkWindow.press('finish'), () => this.draw());
  #counterDialog = new CounterDialog((...request) => this.#officePanel?.ask(...request));

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
    setInterval(() => this.#clerkWindow && this.#drawTimes(), TICK_MS);
  }

  /** Shows a ClerkWindow from now on; null: none. */
  attach(clerkWindow, office) {
    this.#clerkWindow = clerkWindow;
    this.#office = office;
    this.#officePanel = clerkWindow && new OfficePanel(clerkWindow, office, (...about) => this.#counterDialog.open(...about));
    this.#message = null;
    for (const dialog of ['#transfer-dialog', '#counter-dialog']) find(dialog).close();
    if (!clerkWindow) return;
    clerkWindow.addEventListener('change', () => clerkWindow === this.#clerkWindow && this.draw());
    clerkWindow.addEventListener('message', ({ detail }) => {
      if (clerkWindow !== this.#clerkWindow) return;
      this.#message = detail;
      this.#drawMessage();
    });
    this.draw();
  }

  /** The office was read again: it has other names, counters or windows. What the clerk is doing goes on. */
  take(office) {
    if (!this.#clerkWindow) return;
    this.#office = office;
    this.#officePanel.take(office);
    if (find('#transfer-dialog').open) this.#drawTargets();
    this.draw();
  }

  draw() {
    if (this.#clerkWindow) keepFocus(() => this.#draw(this.#clerkWindow), find('#next'));
  }

  #draw(clerkWindow) {
    say(find('#staff-view-title'), t('common.window', { window: clerkWindow.window.id }));
    this.#drawWindow(clerkWindow.window);
    this.#drawMoves(clerkWindow);
    this.#drawLists(clerkWindow);
    this.#drawMessage();
    this.#officePanel.draw();
    this.#counterDialog.draw();
    this.#drawTimes();
  }

  #drawWindow({ id, number, counter, ticket }) {
    say(find('#at-window-title'), t('console.at_window', { window: id }));
    say(find('#number'), number === null ? '–' : String(number));
    say(find('#current-counter'), number === null ? t('console.nobody') : this.#counterName(counter));
    find('#tags').replaceChildren(...(ticket ? tagsOf(ticket) : []));
    find('#staff-view').dataset.state = this.#clerkWindow.window.state;
  }

  #drawMoves(clerkWindow) {
    for (const button of document.querySelectorAll('[data-move]')) {
      const move = button.dataset.move;
      const busy = clerkWindow.underWay === move;
      button.setAttribute('aria-busy', busy);
      button.setAttribute('aria-disabled', !clerkWindow.can(move));
    }
    this.#drawNext(clerkWindow);
    find('#call-button').setAttribute('aria-disabled', !clerkWindow.can('call'));
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

  #drawLists(clerkWindow) {
    const all = groups(clerkWindow.frame, clerkWindow.window, find('#mine').checked);
    say(find('#none'), t(all.absent.count > 0 ? 'console.none_here' : 'console.none_waiting'));
    for (const [id, { tickets, count }] of Object.entries(all)) {
      const list = find(`#${id}`);
      say(find(`#${id}-count`), String(count));
      drawTickets(list, tickets, {
        counterName: (counter) => this.#counterName(counter),
        callable: clerkWindow.can('call'),
        onCall: (number) => this.#clerkWindow.press('call', { number }),
      });
      const more = list.parentElement.querySelector('.list-more');
      more.hidden = count <= tickets.length;
      say(more, t('console.more', { count: count - tickets.length }));
      list.parentElement.dataset.empty = count === 0;
    }
  }

  #drawMessage() {
    const message = this.#message;
    const params = { ...message?.params };
    if (params.state) params.state = t(`console.state.${params.state}`);
    if (params.counters) params.counters = params.counters.map(name).join(', ');
    say(find('#told'), message ? t(message.key, params) : '');
  }

  #drawTimes() {
    this.#forgotten.draw(this.#clerkWindow);
    const time = this.#clerkWindow.atWindowFor;
    say(find('#since'), time === null ? '' : t('console.since', { time: duration(time) }));
    for (const row of document.querySelectorAll('.ticket')) {
      const minutes = Math.floor(this.#clerkWindow.ago(row.dataset.since) / 60_000);
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
    return this.#clerkWindow !== null && !find('#staff-view').hidden && !document.querySelector('dialog[open]');
  }

  #act(action) {
    if (action === 'call') {
      this.#askNumber();
    } else if (action === 'transfer') {
      if (this.#clerkWindow.can('transfer')) this.#askWhere();
    } else {
      this.#clerkWindow.press(action);
    }
  }

  #drawTargets() {
    const others = this.#office.counters.filter(({ id }) => id !== this.#clerkWindow.window.counter);
    keyed(find('#targets'), others, ({ id }) => id, () => make('button', 'button'), (button, { id, name: names }) => {
      button.value = id;
      say(button, name(names));
    });
  }

  async #askWhere() {
    this.#drawTargets();
    const counter = await ask(find('#transfer-dialog'));
    find('#next').focus({ preventScroll: true });
    if (counter) this.#clerkWindow.press('transfer', { counter });
  }

  /** Keys that are typed are no shortcuts: nobody is led into the field while a call can't be made, and Escape leads out. */
  #askNumber() {
    if (this.#clerkWindow.window.state === 'serving') this.#clerkWindow.tell({ key: 'console.message.window_busy' });
    else find('#call-number').focus();
  }

  async #callTyped(input) {
    if (this.#clerkWindow.window.state !== 'idle') this.#clerkWindow.tell({ key: 'console.message.window_busy' });
    else if (await this.#clerkWindow.press('call', { number: Number(input.value) })) this.#leaveCall();
  }

  #leaveCall() {
    find('#call-number').value = '';
    find('#next').focus({ preventScroll: true });
  }
}
