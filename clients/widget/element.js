/** `<queue-widget office lang>`: one office's queue on a foreign page; a public board over one socket, no cookies. */

import { showCrowd, showStatus } from '../lib/badges.js';
import { crowd, hindrance, isOver, newer, waiting } from '../lib/board.js';
import { make, say } from '../lib/dom.js';
import { I18n } from '../lib/i18n.js';
import { Live } from '../lib/live.js';
import { Offices } from '../lib/offices.js';
import { QuietHoursDisclosure } from '../lib/quiet-hours/disclosure.js';
import { showStaleness } from '../lib/stale-notice.js';
import { timeOfDay } from '../lib/time.js';
import { hasWait } from '../lib/wait.js';
import { showWait } from '../lib/wait-line.js';
import { readChartLanguage, readLanguage, readOffices, readQuietHours, SERVICE, styleSheets } from './reading.js';

const RETRY_MS = 10_000;
const LONGEST_PAUSE_S = 600;
const SPEAK_EVERY_MS = 60_000;

/**
 * Attributes: `office` (id), `lang` (BCP 47 tag; default: the page's language). Event: `queue-change`, whenever the board
 * changes; detail is the Board. What is inside the element shows until the first board is here, and while the city
 * has no such office.
 */
class QueueWidget extends HTMLElement {
  static observedAttributes = ['office', 'lang'];

  #words = new I18n(readLanguage);
  #chartWords = new I18n(readChartLanguage);
  #quietHours = new QuietHoursDisclosure({
    words: this.#words,
    read: readQuietHours,
    chartWords: () => this.#loadChartLanguage(),
  });
  #root = this.attachShadow({ mode: 'open' });
  #box = make('section', 'box');
  #title = make('h2', 'title');
  #status = make('span', 'status');
  #people = make('p', 'people');
  #crowd = make('p', 'crowd');
  #counters = make('ul', 'counters');
  #asof = make('p', 'asof');
  #stale = make('p', 'stale');
  #spoken = make('p', 'spoken');
  #spokenAt = 0;
  #live = null;
  #unwatch = () => {};
  #offices = null;
  #office = null;
  #board = null;
  #life = 0;

  constructor() {
    super();
    this.#counters.setAttribute('role', 'list');
    this.#spoken.setAttribute('aria-live', 'polite');
    this.#box.append(
      make('div', 'head', this.#title, this.#status),
      make('div', 'now', this.#people, this.#crowd),
      this.#counters,
      this.#quietHours.element,
      this.#stale,
      this.#asof,
      this.#spoken,
    );
    this.#root.append(document.createElement('slot'));
  }

  connectedCallback() {
    this.#start();
  }

  disconnectedCallback() {
    this.#stop();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || before === after) return;
    if (name === 'office') this.#start();
    else this.#speakLanguage();
  }

  #stop() {
    this.#life++;
    this.#live?.stop();
    this.#unwatch();
    this.#offices?.stop();
    this.#live = this.#offices = this.#office = this.#board = null;
    this.#root.replaceChildren(document.createElement('slot'));
  }

  async #start() {
    this.#stop();
    const life = this.#life;
    const offices = new Offices({ read: readOffices, every: null, longestPause: LONGEST_PAUSE_S });
    this.#offices = offices;
    const known = new Promise((resolve) => offices.addEventListener('read', resolve, { once: true }));
    offices.renew();
    try {
      const [sheets] = await Promise.all([styleSheets(), this.#loadLanguage(), known]);
      if (life !== this.#life) return;
      this.#root.adoptedStyleSheets = sheets;
    } catch (error) {
      console.error(error);
      setTimeout(() => life === this.#life && this.#start(), RETRY_MS * (0.5 + Math.random()));
      return;
    }
    this.#office = offices.find(this.getAttribute('office'));
    if (this.#office) this.#listen();
    else console.error(`queue-widget: there is no office "${this.getAttribute('office')}"`);
  }

  #listen() {
    const query = `office=${encodeURIComponent(this.#office.id)}`;
    this.#live = new Live(new URL(`api/v1/live?${query}`, SERVICE), {
      probe: new URL(`api/v1/offices/${encodeURIComponent(this.#office.id)}/board`, SERVICE).href,
    });
    this.#live.addEventListener('frame', ({ detail }) => this.#onBoard(detail));
    this.#live.addEventListener('status', () => this.#showAsOf());
    this.#offices.addEventListener('gone', ({ detail }) => this.#onGone(detail));
    this.#offices.addEventListener('change', () => this.#onOffices());
    this.#offices.follow(this.#live, this.#office.id);
    this.#unwatch = showStaleness(this.#live, this.#stale, this.#words);
    this.#live.start();
  }

  #loadLanguage() {
    return this.#words.load(this.lang || document.documentElement.lang.split('-')[0] || 'ko');
  }

  /** The chart speaks the language of the rest. */
  async #loadChartLanguage() {
    await this.#chartWords.load(this.#words.lang);
    return this.#chartWords;
  }

  async #speakLanguage() {
    await this.#loadLanguage();
    if (this.#quietHours.isLoaded) await this.#loadChartLanguage();
    this.#draw();
  }

  #onOffices() {
    this.#office = this.#offices.find(this.#office.id) ?? this.#office;
    this.#draw();
  }

  #onGone(office) {
    if (office !== this.#office.id) return;
    this.#board = null;
    this.#root.replaceChildren(document.createElement('slot'));
  }

  #onBoard(board) {
    if (!newer(this.#board, board)) return;
    this.#board = board;
    this.#draw();
    this.dispatchEvent(new CustomEvent('queue-change', { detail: board, bubbles: true, composed: true }));
  }

  #draw() {
    const board = this.#board;
    if (!board) return;
    const { t, name, lang } = this.#words;
    say(this.#title, name(this.#office.name));
    showStatus(this.#status, board.status, this.#words);

    const count = waiting(board);
    const people = count === 0 ? t('common.nobody') : t('common.waiting', { count });
    say(this.#people, people);
    showCrowd(this.#crowd, crowd(board), this.#words);
    this.#people.parentElement.hidden = this.#counters.hidden = isOver(board);
    const known = board.counters.filter(({ id }) => this.#counter(id));
    this.#counters.replaceChildren(...known.map((counter) => this.#counterRow(counter)));
    this.#quietHours.about(this.#office.id);
    this.#quietHours.show(board);
    this.#box.lang = lang;
    this.#box.setAttribute('aria-label', t('widget.label', { office: name(this.#office.name) }));
    this.#showAsOf();
    this.#speak(`${name(this.#office.name)}: ${people}`);
    if (!this.#box.isConnected) this.#root.replaceChildren(this.#box);
  }

  #counterRow(counter) {
    const { id, waiting, called } = counter;
    const { t, name } = this.#words;
    const row = make('li', 'counter');
    const facts = [t('common.line', { count: waiting })];
    if (called !== null) facts.unshift(t('common.called', { number: called }));
    const hindered = hindrance(counter);
    if (hindered) facts.push(t(`common.ticketing.${hindered}`));
    row.append(make('span', 'name', name(this.#counter(id).name)), make('span', 'facts', facts.join(' · ')));
    if (hasWait(counter) && counter.wait) {
      const said = make('span', 'wait');
      showWait(said, counter.wait, this.#words);
      row.append(said);
    }
    return row;
  }

  /** As it was read; undefined for one that this page has not read of. */
  #counter(id) {
    return this.#office.counters.find((one) => one.id === id);
  }

  #showAsOf() {
    const { current, freshAt } = this.#live ?? {};
    this.#asof.hidden = !current;
    if (current) this.#asof.textContent = this.#words.t('widget.asof', { time: timeOfDay(freshAt) });
  }

  /** At most once a minute and only when it has changed: a live region that speaks at every call is switched off. */
  #speak(sentence) {
    const now = performance.now();
    if (this.#spokenAt && now - this.#spokenAt < SPEAK_EVERY_MS) return;
    if (this.#spoken.textContent === sentence) return;
    this.#spokenAt = now;
    this.#spoken.textContent = sentence;
  }
}

if (!customElements.get('queue-widget')) customElements.define('queue-widget', QueueWidget);
