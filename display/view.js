/** Draws a board on the wall. Knows nothing of sockets, queues of announcements or sound. */

import { TONES } from '../clients/lib/badges.js';
import { isOver } from '../clients/lib/board.js';
import { make, say } from '../clients/lib/dom.js';
import { drawNotices, inBoth } from '../clients/lib/notices.js';
import { detailOf, division, sceneOf, staffed, tilesOf } from './scene.js';

const RECENT_ROWS = 6;
/** Letters of a notice that fit into two lines. */
const LONG_NOTICE = 48;

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
    words.say(byId('office-notices-title'), 'common.notices');
  }

  /** The office with today's hours: comes anew each day. */
  setOffice(office) {
    this.#office = office;
    this.#words.name(byId('office'), office.name);
    document.title = `${office.name.ko} · ${office.name.en}`;
  }

  /** Everything but the hero. A counter that this screen has not read of has no name to stand under: it is left out. */
  showBoard(board) {
    const counters = board.counters.filter(({ id }) => this.#counter(id));
    byId('message').hidden = true;
    document.body.dataset.gone = 'false';
    byId('status').dataset.tone = TONES[board.status];
    this.#words.say(byId('status'), `common.status.${board.status}`);
    const tiles = tilesOf(board);
    this.#divide(board, division(tiles.length, counters.length));
    byId('windows').replaceChildren(...tiles.map((window) => this.#windowTile(window)));
    byId('recent').replaceChildren(...recentCalls(board.calls).map((call) => this.#recentRow(call)));
    byId('waiting').replaceChildren(...counters.map((counter) => this.#waitingRow(counter)));
    byId('wall').hidden = false;
  }

  /** What the office's staff have its screens say: those for which there is room at one moment. */
  showNotices(notices) {
    drawNotices(byId('notice-list'), notices, inBoth('ko'));
    byId('notice-list').dataset.count = notices.length;
    byId('notice-list').dataset.long = notices.some(({ ko }) => ko.length > LONG_NOTICE);
    byId('office-notices').hidden = notices.length === 0;
  }

  /** The hero at rest: the last call of the board, or what there is to say instead. */
  showRest(board) {
    const scene = sceneOf(this.#office, board);
    if (scene === 'call') this.#showCall(board.calls.at(-1), 'rest');
    else this.#showScene(scene, board);
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

  #showScene(scene, board) {
    this.#setMode('message');
    this.#words.say(byId('hero-message'), `display.scene.${scene}`);
    this.#words.fill(byId('hero-detail'), (words) => detailOf(this.#office, board, words));
  }

  #setMode(mode) {
    const hero = byId('hero');
    hero.dataset.mode = mode;
    if (mode === 'rest' || mode === 'message') hero.dataset.flash = 'off';
    byId('hero-scene').hidden = mode !== 'message';
    for (const id of ['hero-title', 'hero-number', 'hero-window']) byId(id).hidden = mode === 'message';
  }

  #divide(board, { wide, tall, tiles, crowded, rows, columns }) {
    const wall = byId('wall');
    Object.assign(wall.dataset, { over: isOver(board), staffed: staffed(board), tiles, crowded, rows });
    byId('windows').style.setProperty('--wide', wide);
    byId('windows').style.setProperty('--tall', tall);
    byId('waiting').dataset.columns = columns;
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
      tile.append(this.#name('tile-counter both name', counter));
    } else {
      tile.append(this.#words.say(make('span', 'tile-idle both'), 'display.idle'));
    }
    return tile;
  }

  #waitingRow({ id, waiting: count, ticketing }) {
    const row = make('li', 'row', this.#name('both name', id));
    row.dataset.counter = id;
    if (ticketing === 'paused' || ticketing === 'full') {
      const chip = this.#words.say(make('span', 'status both'), `display.ticketing.${ticketing}`);
      chip.dataset.tone = ticketing === 'full' ? 'bad' : 'warn';
      row.append(chip);
    }
    row.append(make('strong', 'number', String(count)));
    return row;
  }

  /** A counter's name; empty for one that this screen has not read of, or that is gone while somebody is served. */
  #name(className, id) {
    return this.#words.name(make('span', className), this.#counter(id)?.name ?? { ko: '' });
  }

  #counter(id) {
    return this.#office.counters.find((one) => one.id === id);
  }
}
