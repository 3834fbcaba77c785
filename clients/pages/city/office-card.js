/** One office on the city page: a card that is built once and then only changed. */

import { showCrowd, showStatus } from '../../lib/badges.js';
import { crowd, hindrance, isOver, waiting } from '../../lib/board.js';
import { make, say } from '../../lib/dom.js';
import { i18n, name, t } from '../../lib/i18n.js';
import { distanceText } from '../../lib/nearby.js';
import { drawNotices, inLanguage } from '../../lib/notices.js';
import { opening } from '../../lib/opening-hours.js';
import { readQuietHours } from '../../lib/quiet-hours/answer.js';
import { QuietHoursDisclosure } from '../../lib/quiet-hours/disclosure.js';
import { chanceText } from '../../lib/served-today.js';
import { hasWait, waitNotes, waitText } from '../../lib/wait.js';
import { showWait } from '../../lib/wait-line.js';
import { shared, takesOnline } from './office-list.js';

/** Wide enough to show everything of every office at once; narrower, the details wait behind a tap. */
const wide = matchMedia('(min-width: 48rem)');
/** So many notices are shown at once; the others are among the details. */
const NOTICES = 2;
const drawNotice = inLanguage(i18n);

/** How many numbers a counter still gives today, where its staff set a limit. */
const leftOf = (hindered, { ticketing, left }) =>
  !hindered && ticketing === 'open' && left !== null && left !== undefined ? t('common.left', { count: left }) : '';

export class OfficeCard {
  #office;
  #service = '';
  #name = make('h3');
  #status = make('span', 'status');
  #own = make('button', 'own');
  #crowd = make('p', 'crowd');
  #people = make('p', 'people numeric');
  #opening = make('p', 'opening');
  #waits = make('p', 'waits numeric');
  #place = make('p', 'place');
  #notices = make('ul', 'notices');
  #moreNotices = make('ul', 'notices');
  #counters = make('dl', 'counters');
  #hours = make('dd', 'numeric');
  #hoursWord = make('dt');
  #address = make('dd');
  #addressWord = make('dt');
  #addressRow = make('div', '', this.#addressWord, this.#address);
  #phone = make('a');
  #phoneWord = make('dt');
  #phoneRow = make('div', '', this.#phoneWord, make('dd', 'numeric', this.#phone));
  #facts = make('dl', 'facts');
  #more = make('summary');
  #quietHours = new QuietHoursDisclosure({ words: i18n, read: readQuietHours });
  #booking = make('a', 'button primary');
  #display = make('a', 'display');
  #details = make('details', '', this.#more, this.#moreNotices, this.#counters, this.#facts, this.#display);

  /** @param {object} office Office @param {(id: string) => void} turnOwn it is to be one of the visitor's own, or no more */
  constructor(office, turnOwn) {
    this.take(office);
    this.#own.type = 'button';
    this.#own.addEventListener('click', () => turnOwn(office.id));
    this.#booking.href = `/booking?office=${office.id}`;
    this.#display.href = `/display/${office.id}`;
    this.#address.lang = 'ko';
    this.#facts.append(make('div', '', this.#hoursWord, this.#hours), this.#addressRow, this.#phoneRow);
    for (const list of [this.#notices, this.#moreNotices]) list.setAttribute('role', 'list');
    this.#name.id = `office-${office.id}`;
    this.#quietHours.about(office.id);
    const head = make('div', 'head', this.#name, this.#status, this.#own);
    const now = make('div', 'now', this.#people, this.#crowd);
    this.#details.open = wide.matches;
    const quiet = this.#quietHours.element;
    const facts = [head, now, this.#opening, this.#waits, this.#place, this.#notices];
    const parts = [...facts, this.#details, quiet, this.#booking];
    this.element = make('li', 'card office', make('article', '', ...parts));
    this.element.firstChild.setAttribute('aria-labelledby', this.#name.id);
    this.element.dataset.office = office.id;
  }

  /** The office as it was read again; `show` draws it. */
  take(office) {
    this.#office = office;
  }

  /**
   * Shows the office as `board` says (null: nothing known yet beyond the office list) in the page's language.
   *
   * @param {object} visitor what it is to the visitor: `isOwn`; `service`, the counter that is asked for, or ''; `distance`,
   *   metres or null; `note`, as `ranked` gives it
   */
  show(board, { isOwn, service, distance, note }) {
    const office = this.#office;
    this.#service = service;
    this.#showOwn(isOwn);
    this.#showPlace(distance, note);
    say(this.#name, name(office.name));
    showStatus(this.#status, board?.status ?? office.status, i18n);
    this.#showCrowd(board);
    this.#showNotices(board?.notices ?? []);
    this.#showCounters(board);
    this.#showFacts(board);
    this.#quietHours.show(board);
  }

  #showOwn(isOwn) {
    this.element.dataset.own = isOwn;
    this.#own.setAttribute('aria-pressed', String(isOwn));
    this.#own.setAttribute('aria-label', t('city.own.add', { office: name(this.#office.name) }));
    this.#own.title = t('city.own');
  }

  #showPlace(distance, note) {
    this.#place.hidden = distance === null && note === null;
    const chip = note && make('span', 'status', t(note === 'fastest' ? 'city.fastest' : 'city.small_difference'));
    if (chip) chip.dataset.tone = note === 'fastest' ? 'good' : 'calm';
    const away = distance !== null && make('span', 'numeric', t('city.away', { distance: distanceText(distance, i18n.lang) }));
    this.#place.replaceChildren(...[away, chip].filter(Boolean));
  }

  #showCrowd(board) {
    const asked = board?.counters.find(({ id }) => id === this.#service);
    const count = asked ? asked.waiting : board ? waiting(board) : 0;
    const news = board && opening(board, this.#office.hours, new Date());
    // How crowded it is says nothing while nobody is served.
    showCrowd(this.#crowd, board && !news ? crowd(board) : 'closed', i18n);
    this.#people.parentElement.hidden = !board || isOver(board) || (news !== null && count === 0);
    say(this.#people, count === 0 ? t('common.nobody') : t('common.waiting', { count }));
    this.#opening.hidden = !news;
    say(this.#opening, news ? t(news.key, news.params) : '');
  }

  #showNotices(notices) {
    drawNotices(this.#notices, notices.slice(0, NOTICES), drawNotice);
    drawNotices(this.#moreNotices, notices.slice(NOTICES), drawNotice);
    for (const list of [this.#notices, this.#moreNotices]) list.setAttribute('aria-label', t('common.notices'));
  }

  #showCounters(board) {
    this.#counters.hidden = !board || isOver(board);
    this.#showWaits(board);
    if (!board) return;
    const rows = shared(this.#office, board).map(([counter, state]) => {
      const { waiting, called, wait } = state;
      const label = make('dt', '', name(counter.name));
      const hindered = hindrance(state);
      if (hindered) {
        const chip = make('span', 'status', t(`common.ticketing.${hindered}`));
        chip.dataset.tone = hindered === 'full' || hindered === 'done' ? 'bad' : 'warn';
        label.append(' ', chip);
      }
      const more = hindered === 'paused' && state.paused_for ? name(state.paused_for) : leftOf(hindered, state);
      if (more) label.append(' ', make('span', 'why', more));
      const now = make('dd', 'called numeric', called === null ? '' : t('common.called', { number: called }));
      const line = make('dd', 'line numeric', t('common.line', { count: waiting }));
      line.dataset.count = waiting;
      const row = make('div', '', label, line, now);
      row.dataset.counter = counter.id;
      if (hasWait(state)) {
        const said = make('dd', 'wait numeric');
        said.dataset.known = wait !== null;
        if (wait) showWait(said, wait, i18n);
        else said.append(`${t('wait.label')}: ${waitText(wait, i18n)}`);
        row.append(said);
        const notes = [chanceText(wait, i18n), ...waitNotes(wait, i18n)].filter(Boolean);
        if (notes.length > 0) row.append(make('dd', 'note', notes.join(' · ')));
      }
      return row;
    });
    this.#counters.replaceChildren(...rows);
  }

  /** The waits of all counters in a line, for where the counters themselves wait behind a tap. */
  #showWaits(board) {
    const pairs = board && !isOver(board) ? shared(this.#office, board) : [];
    const known = pairs.filter(([{ id }, state]) => hasWait(state) && state.wait && (!this.#service || id === this.#service));
    this.#waits.dataset.asked = this.#service !== '';
    this.#waits.hidden = known.length === 0;
    this.#waits.replaceChildren(...known.map(([counter, { wait }]) => {
      const said = make('strong');
      showWait(said, wait, i18n, { short: true });
      return make('span', '', `${name(counter.name)} `, said);
    }));
  }

  #showFacts(board) {
    const { hours, address, phone } = this.#office;
    this.#addressRow.hidden = !address;
    say(this.#address, address ?? '');
    this.#phoneRow.hidden = !phone;
    say(this.#phone, phone ?? '');
    this.#phone.href = `tel:${(phone ?? '').replace(/[^\d+]/g, '')}`;
    say(this.#more, t('city.more'));
    say(this.#hoursWord, t('city.hours'));
    say(this.#addressWord, t('city.address'));
    say(this.#phoneWord, t('city.phone'));
    const params = hours && { open: hours.open, close: hours.close, from: hours.lunch?.[0], to: hours.lunch?.[1] };
    say(this.#hours, t(!hours ? 'city.hours.none' : hours.lunch ? 'city.hours.lunch' : 'city.hours.plain', params ?? {}));
    say(this.#booking, t('city.book'));
    say(this.#display, t('city.display'));
    for (const [link, key] of [[this.#booking, 'city.book_at'], [this.#display, 'city.display_at']]) {
      link.setAttribute('aria-label', t(key, { office: name(this.#office.name) }));
    }
    this.#booking.hidden = !takesOnline(this.#office, board);
  }
}
