/** The chart of quiet hours: one weekday at a time, as a picture and as a table. It is loaded when somebody opens it. */

import { make, say } from '../dom.js';
import { timeOfDay } from '../time.js';
import { draw, height, swatch } from './drawing.js';
import { columnAt, firstWeekday, halfHours, runs, scale, waitNow, weekdayName, weekdays } from './week.js';

const SHEET = new URL('./quiet-hours.css', import.meta.url);
const LEAST_DAYS = 5;
const SVG = 'http://www.w3.org/2000/svg';

let sheet = null;

/** Styles the chart in a page or a shadow tree. The sheet is constructed: the policy of a foreign page may forbid <style>. */
export async function style(root) {
  if (!sheet) {
    const answer = await fetch(SHEET, { credentials: 'omit' });
    if (!answer.ok) throw new Error(`${SHEET}: ${answer.status}`);
    const text = await answer.text();
    sheet ??= new CSSStyleSheet().replace(text);
  }
  const ours = await sheet;
  if (!root.adoptedStyleSheets.includes(ours)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, ours];
}

export class QuietHoursChart {
  #words;
  #answer = null;
  #board = null;
  #weekday = null;
  #asTable = false;
  #days = make('div', 'weekdays');
  #svg = document.createElementNS(SVG, 'svg');
  #axis = make('div', 'axis');
  #figure = make('div', 'figure');
  #caption = make('caption');
  #head = make('tr');
  #rows = make('tbody');
  #table = make('div', 'values', make('table', '', this.#caption, make('thead', '', this.#head), this.#rows));
  #legend = make('ul', 'kinds');
  #best = make('p', 'best');
  #lead = make('p', 'lead');
  #basis = make('p', 'basis');
  #turn = make('button', 'turn');

  /** @param {I18n} words has the texts of keys.json */
  constructor(words) {
    this.#words = words;
    this.#days.setAttribute('role', 'group');
    this.#svg.setAttribute('role', 'img');
    this.#axis.setAttribute('aria-hidden', 'true');
    this.#legend.setAttribute('role', 'list');
    this.#turn.type = 'button';
    this.#turn.addEventListener('click', () => {
      this.#asTable = !this.#asTable;
      this.#draw();
    });
    this.#figure.append(this.#axis, this.#svg);
    const parts = [this.#lead, this.#days, this.#best, this.#figure, this.#table, this.#legend, this.#turn, this.#basis];
    this.element = make('div', 'quiet-hours-chart', ...parts);
  }

  /** Shows an answer of the service (QuietHours), with the office's board where it is known; in the words as they are. */
  show(answer, board = null) {
    if (answer.office !== this.#answer?.office || answer.counter !== this.#answer?.counter) this.#weekday = null;
    this.#answer = answer;
    this.#board = board;
    if (!weekdays(answer).includes(this.#weekday)) this.#weekday = firstWeekday(answer);
    this.#draw();
  }

  #draw() {
    const { t, lang } = this.#words;
    const answer = this.#answer;
    const isKnown = answer.slots.length > 0 && this.#weekday !== null;
    for (const part of [this.#days, this.#best, this.#figure, this.#table, this.#legend, this.#turn]) part.hidden = !isKnown;
    this.element.lang = lang;
    say(this.#lead, t('quiet_hours.lead'));
    say(this.#basis, this.#basisText());
    if (!isKnown) return;
    this.#drawWeekdays();
    const columns = halfHours(answer, this.#weekday);
    const now = this.#now(columns);
    const axis = scale(columns, now?.minutes ?? null);
    draw(this.#svg, columns, axis, now);
    this.#svg.setAttribute('aria-label', t('quiet_hours.chart', { weekday: weekdayName(this.#weekday, lang, { long: true }) }));
    this.#drawAxis(axis);
    this.#drawTable(columns, now);
    this.#drawLegend(columns, now);
    say(this.#best, this.#bestText(columns));
    this.#figure.hidden = this.#asTable;
    this.#legend.hidden = this.#asTable;
    this.#table.classList.toggle('unseen', !this.#asTable);
    say(this.#turn, t(this.#asTable ? 'quiet_hours.as_chart' : 'quiet_hours.as_table'));
  }

  /** The wait of this moment, where it is today's weekday that is shown: `{column, minutes}`, or null. */
  #now(columns) {
    if (this.#answer.today.weekday !== this.#weekday) return null;
    const column = columnAt(columns, timeOfDay(new Date()));
    const minutes = waitNow(this.#board, this.#answer.counter);
    return column && column.state !== 'closed' && minutes !== null ? { column, minutes } : null;
  }

  #basisText() {
    const { t, lang } = this.#words;
    const { days, last, provisional, simulated, slots } = this.#answer;
    const date = last && new Intl.DateTimeFormat(lang, { month: 'long', day: 'numeric', timeZone: 'UTC' }).format(new Date(last));
    const texts = [];
    if (slots.length === 0) texts.push(t('quiet_hours.few', { count: days, least: LEAST_DAYS }));
    else texts.push(t('quiet_hours.days', { count: days, date }));
    if (slots.length > 0 && provisional) texts.push(t('quiet_hours.provisional'));
    if (simulated) texts.push(t('quiet_hours.simulated'));
    return texts.join(' ');
  }

  #bestText(columns) {
    const { t } = this.#words;
    if (this.#answer.provisional) return '';
    const quiet = runs(columns, (column) => column.quiet).map(({ from, to }) => `${from}–${to}`);
    return quiet.length ? t('quiet_hours.quiet_at', { times: quiet.join(', ') }) : t('quiet_hours.none_quiet');
  }

  #drawWeekdays() {
    const { t, lang } = this.#words;
    this.#days.setAttribute('aria-label', t('quiet_hours.weekday'));
    const open = weekdays(this.#answer);
    while (this.#days.children.length > open.length) this.#days.lastChild.remove();
    open.forEach((weekday, index) => {
      const button = this.#days.children[index] ?? this.#days.appendChild(this.#weekdayButton());
      button.dataset.weekday = weekday;
      const isToday = weekday === this.#answer.today.weekday;
      say(button, isToday ? `${weekdayName(weekday, lang)} · ${t('quiet_hours.today')}` : weekdayName(weekday, lang));
      button.setAttribute('aria-pressed', weekday === this.#weekday);
    });
  }

  #weekdayButton() {
    const button = make('button');
    button.type = 'button';
    button.addEventListener('click', () => {
      this.#weekday = button.dataset.weekday;
      this.#draw();
    });
    return button;
  }

  #drawAxis(axis) {
    const labels = [];
    for (let at = axis.step; at <= axis.top; at += axis.step) {
      const label = make('span', '', String(at));
      label.style.top = `${height(at, axis)}%`;
      labels.push(label);
    }
    // The longest one keeps the place for all.
    this.#axis.replaceChildren(make('span', 'widest', labels.at(-1).textContent), ...labels);
  }

  /** Cells are changed in place: whoever is reading in the table stays where they are. */
  #drawTable(columns, now) {
    const { t, lang } = this.#words;
    const isToday = this.#answer.today.weekday === this.#weekday;
    const hasBand = !this.#answer.provisional;
    say(this.#caption, t('quiet_hours.chart', { weekday: weekdayName(this.#weekday, lang, { long: true }) }));
    const heads = ['quiet_hours.time', 'quiet_hours.usual', hasBand && 'quiet_hours.band', isToday && 'quiet_hours.today'];
    fill(this.#head, heads.filter(Boolean).map((key) => t(key)), () => scoped('col'));
    while (this.#rows.children.length > columns.length) this.#rows.lastChild.remove();
    columns.forEach((column, index) => {
      const texts = [column.from, this.#usualText(column)];
      if (hasBand) texts.push(column.low === null ? '' : t('quiet_hours.range', column));
      if (isToday) texts.push(this.#todayText(column, now));
      const row = this.#rows.children[index] ?? this.#rows.appendChild(make('tr'));
      fill(row, texts, (cell) => (cell === 0 ? scoped('row') : make('td')));
    });
  }

  #usualText({ state, minutes, quiet }) {
    const { t } = this.#words;
    if (state !== 'usual') return t(state === 'closed' ? 'quiet_hours.closed' : 'quiet_hours.unknown');
    const text = t('quiet_hours.minutes', { minutes });
    return quiet ? `${text} · ${t('quiet_hours.quiet')}` : text;
  }

  #todayText(column, now) {
    const { t } = this.#words;
    if (now?.column === column) return `${t('quiet_hours.minutes', now)} · ${t('quiet_hours.now')}`;
    return column.today === null ? '' : t('quiet_hours.minutes', { minutes: column.today });
  }

  #drawLegend(columns, now) {
    const shown = {
      usual: true,
      band: columns.some(({ low, high }) => low !== null && high > low),
      quiet: columns.some(({ quiet }) => quiet),
      closed: columns.some(({ state }) => state === 'closed'),
      today: now !== null || columns.some(({ today }) => today !== null),
    };
    const kinds = Object.keys(shown).filter((kind) => shown[kind]);
    this.#legend.replaceChildren(...kinds.map((kind) => make('li', '', swatch(kind), ` ${this.#words.t(`quiet_hours.${kind}`)}`)));
  }
}

/** Gives `row` one cell a text; `cell` makes the one of an index. */
function fill(row, texts, cell) {
  while (row.children.length > texts.length) row.lastChild.remove();
  texts.forEach((text, index) => say(row.children[index] ?? row.appendChild(cell(index)), text));
}

function scoped(scope) {
  const cell = make('th');
  cell.scope = scope;
  return cell;
}
