/** Draws the sign of one window: its number, its state, and its counters with who waits for them and how long. */

import { TONES } from '../clients/lib/badges.js';
import { keyed, make, say } from '../clients/lib/dom.js';
import { hasWait, waitText } from '../clients/lib/wait.js';
import { isLongName, LONG_COUNTER, statusOf } from './scene.js';
import { settingsOf } from './settings.js';

const byId = (id) => document.getElementById(id);

export class SignView {
  #words;
  #office;
  #window;

  /**
   * @param {Words} words
   * @param {object} office as in GET /offices, with this window alone
   * @param {number} window
   */
  constructor(words, office, window) {
    this.#words = words;
    this.#window = window;
    this.setOffice(office);
    this.title();
  }

  /** The words that stay, in the languages that are spoken now. */
  title() {
    this.#words.name(byId('office'), this.#office.name);
    this.#words.say(byId('sign-window'), 'common.window', { window: this.#window });
    this.#words.say(byId('follow-text'), 'display.follow');
  }

  setOffice(office) {
    this.#office = office;
    this.#words.name(byId('office'), office.name);
    document.title = `${this.#window} · ${office.name.ko} · ${office.name.en}`;
    keyed(byId('sign-counters'), office.counters, ({ id }) => id, makeCounter, (item, { name }) => {
      this.#words.name(item.firstElementChild, name);
    });
    byId('sign-counters').dataset.size = sizeOf(office.counters);
    byId('office').dataset.long = isLongName(office.name);
  }

  /** Draws the window of a board, and its call where one stands. @param {Array} standing as in Announcements */
  show(board, standing) {
    const window = board.windows.find(({ id }) => id === this.#window);
    const call = standing.find((one) => one.window === this.#window);
    byId('message').hidden = true;
    document.body.dataset.gone = 'false';
    const { key, params, soon } = statusOf(this.#office, board);
    byId('status').dataset.tone = soon ? 'warn' : TONES[board.status];
    this.#words.say(byId('status'), key, params);
    byId('sign-panel').dataset.state = window.state;
    byId('sign-panel').dataset.call = !call?.isNewest ? 'rest' : call.again ? 'again' : 'call';
    this.#words.say(byId('sign-state'), stateKey(window, call));
    byId('sign-number').hidden = window.state !== 'serving';
    say(byId('sign-number'), window.state === 'serving' ? String(window.number) : '');
    for (const item of byId('sign-counters').children) {
      this.#showLine(item.lastElementChild, board.counters.find(({ id }) => id === item.dataset.key));
      item.dataset.served = window.state === 'serving' && item.dataset.key === window.counter;
    }
    byId('follow').hidden = !settingsOf(board).qr;
    byId('sign').hidden = false;
  }

  /** @param {object|undefined} counter as in Board: undefined for one that it hasn't */
  #showLine(line, counter) {
    line.hidden = !counter || !hasWait(counter);
    if (line.hidden) return;
    const { waiting, wait } = counter;
    this.#words.fill(line, (words) => {
      const people = words.t('common.line', { count: waiting });
      return wait ? `${people} · ${waitText(wait, words)}` : people;
    });
  }

  /** A sign has no room for notices: the wall has them. */
  showNotices() {}
}

function makeCounter() {
  return make('li', '', make('span', 'both'), make('span', 'sign-line both turns'));
}

/** How the list of counters is set: `many`, `long` where one has a long name, or `few`. */
function sizeOf(counters) {
  if (counters.length > 4) return 'many';
  return counters.some(({ name }) => name.ko.length > LONG_COUNTER) ? 'long' : 'few';
}

function stateKey({ state }, call) {
  if (state === 'closed') return 'display.sign.closed';
  if (state === 'idle') return 'display.idle';
  if (!call.isNewest) return 'display.sign.serving';
  return call.again ? 'display.again' : 'display.now';
}
