/** The rest of the office: the other windows, and which counters give numbers. */

import { api, newKey } from '../../lib/api.js';
import { walkInTicketing } from '../../lib/board.js';
import { copy, find, keyed, say } from '../../lib/dom.js';
import { i18n, name, t } from '../../lib/i18n.js';
import { hasWait, waitText } from '../../lib/wait.js';
import { SETTLE_MS } from './clerk-window.js';

/** For each button of a counter: what its request is about, and its words while it would pause and while it would resume. */
const BUTTONS = {
  '.all': { body: undefined, pause: ['console.pause', 'console.pause.of'], resume: ['console.resume', 'console.resume.of'] },
  '.online': {
    body: { channel: 'online' },
    pause: ['console.pause_online', 'console.pause_online.of'],
    resume: ['console.resume_online', 'console.resume_online.of'],
  },
};
const TONES = { open: 'good', paused: 'warn', online_paused: 'warn', full: 'warn', done: 'warn', closed: 'calm' };

/** What a counter's state is called: as board.js says it, or that only online numbers are paused. */
const nameOf = (state) => (state.ticketing === 'open' && isPaused(state, '.online') ? 'online_paused' : walkInTicketing(state));

/** While all numbers are paused, nobody can say whether online numbers are to stay paused after that. */
const isPaused = (state, button) => (button === '.all' ? state.ticketing === 'paused' : state.online === 'paused');

/** Why a counter is paused, and how many numbers it still gives, as far as the staff said so. */
function moreAbout({ paused_for: reason, left }) {
  const parts = [];
  if (reason) parts.push(name(reason));
  if (left) parts.push(t('common.left', { count: left }));
  return parts.join(' · ');
}

/** How many wait, and how long people are told that it takes. */
function toldOf({ waiting, wait }) {
  return [t('common.line', { count: waiting }), t('console.told_wait', { wait: waitText(wait, i18n) })].join(' · ');
}

export class OfficePanel {
  #clerkWindow;
  #office;
  #onMore;
  #underWay = new Set();

  /**
   * @param {import('./clerk-window.js').ClerkWindow} clerkWindow
   * @param {object} office its Office
   * @param {(counter: object, state: object) => void} onMore more is wanted of a counter than to pause it
   */
  constructor(clerkWindow, office, onMore) {
    this.#clerkWindow = clerkWindow;
    this.#office = office;
    this.#onMore = onMore;
  }

  /** The office was read again: `draw` shows it. */
  take(office) {
    this.#office = office;
  }

  draw() {
    const { windows, board } = this.#clerkWindow.frame;
    const others = windows.filter(({ id }) => id !== this.#clerkWindow.window.id);
    keyed(find('#others'), others, ({ id }) => id, () => copy('#other-template'), this.#drawOther);
    const known = board.counters.filter(({ id }) => this.#counter(id));
    keyed(find('#ticketing'), known, ({ id }) => id, this.#makeCounter, this.#drawCounter);
  }

  #drawOther = (item, { id, state, number }) => {
    item.dataset.state = state;
    say(item.querySelector('.other-name'), t('common.window', { window: id }));
    say(item.querySelector('.other-what'), state === 'serving' ? String(number) : t(`console.window.${state}`));
  };

  #makeCounter = ({ id }) => {
    const item = copy('#ticketing-template');
    for (const button of Object.keys(BUTTONS)) item.querySelector(button).addEventListener('click', () => this.#turn(id, button));
    item.querySelector('.more').addEventListener('click', () => {
      const state = this.#stateOf(id);
      if (state && state.ticketing !== 'closed') this.#onMore(this.#counter(id), state);
    });
    return item;
  };

  #drawCounter = (item, state) => {
    const counter = name(this.#counter(state.id).name);
    say(item.querySelector('.counter-name'), counter);
    const status = item.querySelector('.status');
    const is = nameOf(state);
    status.dataset.tone = TONES[is];
    say(status, t(`console.ticketing.${is}`));
    item.querySelector('.online').hidden = state.online === null || state.ticketing === 'paused';
    say(item.querySelector('.counter-more'), moreAbout(state));
    say(item.querySelector('.counter-told'), hasWait(state) ? toldOf(state) : '');
    this.#drawButton(item.querySelector('.more'), state, t('console.counter.more'), t('console.counter.more.of', { counter }));
    for (const [button, words] of Object.entries(BUTTONS)) {
      const [word, label] = isPaused(state, button) ? words.resume : words.pause;
      this.#drawButton(item.querySelector(button), state, t(word), t(label, { counter }));
    }
  };

  #drawButton(button, { id, ticketing }, word, label) {
    say(button, word);
    button.setAttribute('aria-label', label);
    button.setAttribute('aria-busy', this.#underWay.has(id));
    button.setAttribute('aria-disabled', this.#underWay.has(id) || ticketing === 'closed');
  }

  #stateOf(id) {
    return this.#clerkWindow.frame.board.counters.find((counter) => counter.id === id);
  }

  #counter(id) {
    return this.#office.counters.find((counter) => counter.id === id);
  }

  /**
   * Stops the tickets of a counter, or only those that are taken online, or lets them go on. The next frame shows the
   * change and turns the button into its opposite. The second half of a double click may come after that frame, and must
   * not undo the first: `ask` does nothing for a moment after a request.
   */
  async #turn(id, button) {
    const state = this.#stateOf(id);
    if (!state || state.ticketing === 'closed') return;
    await this.ask(id, isPaused(state, button) ? 'resume' : 'pause', BUTTONS[button].body);
  }

  /** Sends a request about a counter's numbers: `move` is the last part of its path. */
  async ask(id, move, body) {
    if (this.#underWay.has(id)) return;
    this.#underWay.add(id);
    this.draw();
    const settled = new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    try {
      const path = `/offices/${this.#office.id}/counters/${id}/${move}`;
      await api(path, { method: 'POST', body, key: newKey(), retry: 5_000 });
    } catch (problem) {
      this.#clerkWindow.refuse(problem);
    } finally {
      await settled;
      this.#underWay.delete(id);
      this.draw();
    }
  }
}
