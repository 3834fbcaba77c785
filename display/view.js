/** Draws a board on the wall. Knows nothing of sockets, queues of announcements or sound. */

import { isOver } from '../clients/shared/frames.js';
import { make, say, TONES } from '../clients/shared/signs.js';

const RECENT_ROWS = 6;
const MOST_ACROSS = { wide: 6, tall: 4 };

const byId = (id) => document.getElementById(id);

/**
 * The last calls to list, newest first: one row for a number at a window, however often it was called.
 *
 * @param {Array} calls as in Board, the newest last
 */
export function recentCalls(calls, rows = RECENT_ROWS) {
  const newestFirst = [...calls].reverse();
  const same = (a, b) => a.number === b.number && a.window === b.window;
  return newestFirst.filter((call, i) => newestFirst.findIndex((other) => same(call, other)) === i).slice(0, rows);
}

/** How many tiles to put in a row so that rows are alike: at most `most`, and as few rows as that allows. */
export function columns(tiles, most) {
  return Math.ceil(tiles / Math.max(1, Math.ceil(tiles / most)));
}

export class View {
  #words;
  #office;

  /** @param {Words} words @param {object} office as in GET /offices */
  constructor(words, office) {
    this.#words = words;
    this.setOffice(office);
    words.say(byId('hero-title'), 'display.now');
    words.say(byId('recent-title'), 'display.recent');
    words.say(byId('windows-title'), 'display.windows');
    words.say(byId('waiting-title'), 'display.waiting');
  }

  /** The office with today's hours: comes anew each day. */
  setOffice(office) {
    this.#office = office;
    this.#words.name(byId('office'), office.name);
    document.title = `${office.name.ko} · ${office.name.en}`;
  }

  /** Everything but the hero. */
  showBoard(board) {
    byId('message').hidden = true;
    byId('wall').hidden = false;
    byId('status').dataset.tone = TONES[board.status];
    this.#words.say(byId('status'), `common.status.${board.status}`);
    byId('recent').replaceChildren(...recentCalls(board.calls).map((call) => this.#recentRow(call)));
    const open = board.windows.filter((window) => window.state !== 'closed');
    const tiles = byId('windows');
    tiles.replaceChildren(...open.map((window) => this.#windowTile(window)));
    tiles.style.setProperty('--wide', columns(open.length, MOST_ACROSS.wide));
    tiles.style.setProperty('--tall', columns(open.length, MOST_ACROSS.tall));
    byId('wall').dataset.over = isOver(board);
    byId('waiting').replaceChildren(...board.counters.map((counter) => this.#waitingRow(counter)));
  }

  /** The hero at rest: the last call of the board, or what there is to say when there is none. */
  showRest(board) {
    const last = board.calls.at(-1);
    if (isOver(board) || !last) this.#showMessage(board);
    else this.#showCall(last, 'rest');
  }

  /** The hero shouting a call. */
  showAnnouncement(call) {
    this.#showCall(call, 'call');
    const hero = byId('hero');
    // The same animation once more, for the next call in a row: it starts anew only if the style was seen without it.
    hero.dataset.flash = 'off';
    void hero.offsetWidth;
    hero.dataset.flash = 'on';
    const key = call.again ? 'display.spoken_again' : 'display.spoken';
    this.#words.say(byId('spoken'), key, { number: call.number, window: call.window });
  }

  #showCall(call, mode) {
    const again = mode === 'call' && call.again;
    this.#setMode(again ? 'again' : mode);
    this.#words.say(byId('hero-title'), again ? 'display.again' : mode === 'call' ? 'display.now' : 'display.last');
    say(byId('hero-number'), String(call.number));
    this.#words.say(byId('hero-window'), 'common.window', { window: call.window });
  }

  #showMessage(board) {
    this.#setMode('message');
    const hours = this.#office.hours;
    this.#words.fill(byId('hero-message'), ({ t }) => {
      if (!isOver(board)) return t('display.none');
      if (board.status === 'holiday' || !hours) return t('display.holiday');
      return t('display.over', { open: hours.open, close: hours.close });
    });
  }

  #setMode(mode) {
    const hero = byId('hero');
    hero.dataset.mode = mode;
    if (mode === 'rest' || mode === 'message') hero.dataset.flash = 'off';
    byId('hero-message').hidden = mode !== 'message';
    for (const id of ['hero-title', 'hero-number', 'hero-window']) byId(id).hidden = mode === 'message';
  }

  #recentRow({ number, window }) {
    const place = this.#words.say(make('span', 'both'), 'common.window', { window });
    const row = make('li', 'row', make('strong', 'number', String(number)), make('span', 'arrow', '→'), place);
    row.children[1].setAttribute('aria-hidden', 'true');
    return row;
  }

  #windowTile({ id, state, counter, number }) {
    const label = this.#words.say(make('span', 'tile-window both'), 'common.window', { window: id });
    const tile = make('li', 'tile panel', label);
    tile.dataset.state = state;
    tile.dataset.window = id;
    if (state === 'serving') {
      tile.append(make('strong', 'tile-number', String(number)));
      tile.append(this.#words.name(make('span', 'tile-counter both'), this.#counter(counter).name));
    } else {
      tile.append(this.#words.say(make('span', 'tile-idle both'), 'display.idle'));
    }
    return tile;
  }

  #waitingRow({ id, waiting: count, ticketing }) {
    const row = make('li', 'row', this.#words.name(make('span', 'both'), this.#counter(id).name));
    row.dataset.counter = id;
    if (ticketing === 'paused' || ticketing === 'full') {
      const chip = this.#words.say(make('span', 'status both'), `common.ticketing.${ticketing}`);
      chip.dataset.tone = ticketing === 'full' ? 'bad' : 'warn';
      row.append(chip);
    }
    row.append(make('strong', 'number', String(count)));
    return row;
  }

  #counter(id) {
    return this.#office.counters.find((counter) => counter.id === id);
  }
}
