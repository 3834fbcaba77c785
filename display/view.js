/** Draws a board on the wall. Knows nothing of sockets, speech or sound. */

import { TONES } from '../clients/lib/badges.js';
import { isOver } from '../clients/lib/board.js';
import { keyed, make, say } from '../clients/lib/dom.js';
import { drawNotices, inBoth } from '../clients/lib/notices.js';
import { drawEarlier, drawWaiting } from './lists.js';
import {
  cardsOf,
  detailOf,
  division,
  earlierCalls,
  isLongName,
  LONG_COUNTER,
  sceneOf,
  staffed,
  statusOf,
  tilesOf,
} from './scene.js';
import { settingsOf } from './settings.js';

/** As many as a board has; as many of them are seen as fit. */
const EARLIER_ROWS = 12;
/** Letters of a notice that fit into two lines. */
const LONG_NOTICE = 48;

const upright = matchMedia('(max-aspect-ratio: 1/1)');

const byId = (id) => document.getElementById(id);

export class View {
  #words;
  #office;
  #hasRoom = false;

  /** @param {Words} words @param {object} office as in GET /offices */
  constructor(words, office) {
    this.#words = words;
    this.setOffice(office);
    this.title();
  }

  /** The headings, in the languages that are spoken now. */
  title() {
    this.#words.say(byId('recent-title'), 'display.recent');
    this.#words.say(byId('windows-title'), 'display.windows');
    this.#words.say(byId('waiting-title'), 'display.waiting');
    this.#words.say(byId('office-notices-title'), 'common.notices');
    this.#words.say(byId('follow-text'), 'display.follow');
    this.#words.name(byId('office'), this.#office.name);
  }

  /** The office with today's hours: comes anew each day. */
  setOffice(office) {
    this.#office = office;
    byId('office').dataset.long = isLongName(office.name);
    this.#words.name(byId('office'), office.name);
    document.title = `${office.name.ko} · ${office.name.en}`;
  }

  /**
   * Draws a board and the calls that stand. A counter that this screen has not read of has no name to stand under: it is
   * left out.
   *
   * @param {object} board Board
   * @param {Array} standing as in Announcements
   */
  show(board, standing) {
    const counters = board.counters.filter(({ id }) => this.#counter(id));
    const tiles = tilesOf(board);
    byId('message').hidden = true;
    document.body.dataset.gone = 'false';
    this.#showStatus(board);
    const divided = division(tiles.length, counters.length);
    this.#divide(board, divided);
    this.#hasRoom = !(divided.crowded && divided.rows === 'dense' && upright.matches);
    this.#showHero(board, standing);
    keyed(byId('windows'), tiles, ({ id }) => id, makeTile, (tile, window) => this.#drawTile(tile, window, standing));
    const earlier = earlierCalls(board.calls, standing, EARLIER_ROWS);
    drawEarlier(byId('recent'), earlier, this.#words);
    byId('recent').parentElement.dataset.empty = earlier.length === 0;
    const short = divided.rows === 'dense';
    drawWaiting(byId('waiting'), counters, this.#words, (id) => this.#name(id), { short });
    for (const name of byId('waiting').querySelectorAll('.name')) name.classList.toggle('turns', short);
    byId('wall').dataset.long = counters.some(({ id }) => this.#name(id).ko.length > LONG_COUNTER);
    byId('follow').hidden = !settingsOf(board).qr;
    byId('wall').hidden = false;
  }

  /** Whether there is room for a notice that is not the staff's own: not on an upright wall with many windows and counters. */
  get hasRoom() {
    return this.#hasRoom;
  }

  /** What the office's staff have its screens say: those for which there is room at one moment. */
  showNotices(notices) {
    drawNotices(byId('notice-list'), notices, inBoth('ko'));
    byId('notice-list').dataset.count = notices.length;
    // It is no longer than it must be: what is called and who waits come first.
    byId('notice-list').dataset.kind = notices.every(({ isElsewhere }) => isElsewhere) ? 'elsewhere' : 'staff';
    byId('notice-list').dataset.long = notices.some(({ ko }) => ko.length > LONG_NOTICE);
    byId('office-notices').hidden = notices.length === 0;
  }

  #showStatus(board) {
    const { key, params, soon } = statusOf(this.#office, board);
    byId('status').dataset.tone = soon ? 'warn' : TONES[board.status];
    this.#words.say(byId('status'), key, params);
  }

  #divide(board, { columns, tiles, crowded, rows, lists }) {
    Object.assign(byId('wall').dataset, { over: isOver(board), staffed: staffed(board), tiles, crowded, rows });
    byId('windows').style.setProperty('--columns', columns);
    byId('waiting').dataset.columns = lists;
  }

  #showHero(board, standing) {
    const hero = byId('hero');
    const scene = sceneOf(this.#office, board);
    const cards = scene === 'call' ? cardsOf(standing) : [];
    const isNews = cards.some(({ isNewest }) => isNewest);
    const again = isNews && cards.every((call) => call.again);
    hero.dataset.mode = cards.length === 0 ? 'message' : isNews ? 'call' : 'rest';
    byId('hero-scene').hidden = cards.length > 0;
    byId('hero-title').hidden = cards.length === 0;
    this.#words.say(byId('hero-title'), again ? 'display.again' : isNews ? 'display.now' : 'display.last');
    byId('cards').hidden = cards.length === 0;
    byId('cards').dataset.count = cards.length;
    keyed(byId('cards'), cards, ({ number, window }) => `${number}-${window}`, makeCard, (card, call) => this.#drawCard(card, call));
    if (cards.length > 0) return;
    this.#words.say(byId('hero-message'), `display.scene.${scene}`);
    this.#words.fill(byId('hero-detail'), (words) => detailOf(this.#office, board, words));
  }

  #drawCard(card, { number, window, again, isNewest, isSpoken }) {
    const [inner] = card.children;
    const [figure, , place] = inner.children;
    card.dataset.state = !isNewest ? 'rest' : again ? 'again' : 'call';
    card.dataset.spoken = isSpoken;
    say(figure, String(number));
    this.#words.say(place, 'common.window', { window });
  }

  #drawTile(tile, { id, state, counter, number }, standing) {
    const [label, figure, name] = tile.children;
    const call = standing.find((one) => one.window === id);
    const isServing = state === 'serving';
    tile.dataset.state = state;
    tile.dataset.window = id;
    tile.dataset.call = !call?.isNewest ? 'rest' : call.again ? 'again' : 'call';
    this.#words.say(label, 'common.window', { window: id });
    say(figure, isServing ? String(number) : '');
    figure.hidden = !isServing;
    name.className = isServing ? 'tile-counter both turns' : 'tile-idle both turns';
    if (isServing) this.#words.name(name, this.#name(counter));
    else this.#words.say(name, 'display.idle');
  }

  /** A counter's name; empty for one that this screen has not read of, or that is gone while somebody is served. */
  #name(id) {
    return this.#counter(id)?.name ?? { ko: '' };
  }

  #counter(id) {
    return this.#office.counters.find((one) => one.id === id);
  }
}

function makeCard() {
  const arrow = make('span', 'arrow', '→');
  arrow.setAttribute('aria-hidden', 'true');
  const inner = make('div', 'card-line', make('strong', 'card-number'), arrow, make('span', 'card-window both'));
  return make('li', 'call-card', inner);
}

function makeTile() {
  return make('li', 'tile panel', make('span', 'tile-window both'), make('strong', 'tile-number'), make('span'));
}
