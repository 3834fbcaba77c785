/** The rest of the office: the other windows, and which counters give numbers. */

import { api, newKey } from '../../lib/api.js';
import { copy, find, keyed, say } from '../../lib/dom.js';
import { name, t } from '../../lib/i18n.js';
import { SETTLE_MS } from './clerk-window.js';

const PAUSE = ['console.pause', 'console.pause.of'];
const RESUME = ['console.resume', 'console.resume.of'];
const TONES = { open: 'good', paused: 'warn', full: 'warn', closed: 'calm' };

export class OfficePanel {
  #clerkWindow;
  #office;
  #underWay = new Set();

  /** @param {import('./clerk-window.js').ClerkWindow} clerkWindow @param {object} office its Office */
  constructor(clerkWindow, office) {
    this.#clerkWindow = clerkWindow;
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
    item.querySelector('button').addEventListener('click', () => this.#turn(id));
    return item;
  };

  #drawCounter = (item, { id, ticketing }) => {
    const counter = name(this.#counter(id).name);
    say(item.querySelector('.counter-name'), counter);
    const status = item.querySelector('.status');
    status.dataset.tone = TONES[ticketing];
    say(status, t(`console.ticketing.${ticketing}`));
    const button = item.querySelector('button');
    const [word, label] = ticketing === 'paused' ? RESUME : PAUSE;
    say(button, t(word));
    button.setAttribute('aria-label', t(label, { counter }));
    button.setAttribute('aria-busy', this.#underWay.has(id));
    button.setAttribute('aria-disabled', this.#underWay.has(id) || ticketing === 'closed');
  };

  #counter(id) {
    return this.#office.counters.find((counter) => counter.id === id);
  }

  /**
   * Stops the tickets of a counter, or lets them go on. The next frame shows the change and turns the button into its
   * opposite. The second half of a double click may come after that frame, and must not undo the first.
   */
  async #turn(id) {
    const ticketing = this.#clerkWindow.frame.board.counters.find((counter) => counter.id === id)?.ticketing ?? 'closed';
    if (this.#underWay.has(id) || ticketing === 'closed') return;
    this.#underWay.add(id);
    this.draw();
    const settled = new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    try {
      const move = ticketing === 'paused' ? 'resume' : 'pause';
      await api(`/offices/${this.#office.id}/counters/${id}/${move}`, { method: 'POST', key: newKey(), retry: 5_000 });
    } catch (problem) {
      this.#clerkWindow.refuse(problem);
    } finally {
      await settled;
      this.#underWay.delete(id);
      this.draw();
    }
  }
}
