/** "Quiet hours", closed at first: the chart, its texts and its facts are loaded when somebody opens it. */

import { make, say } from '../dom.js';

/** The service reads the past anew about as often. */
const REREAD_MS = 3 * 60_000;

export class QuietHoursDisclosure {
  #words;
  #read;
  #chartWords;
  #summary = make('summary', 'quiet-hours-title');
  #message = make('p', 'message');
  #again = make('button', 'button');
  #body = make('div', 'quiet-hours-body', this.#message, this.#again);
  #chart = null;
  #about = null;
  #answer = null;
  #board = null;
  #failed = false;
  #readAt = -Infinity;
  #reading = 0;

  /**
   * @param {object} options
   * @param {I18n} options.words has the texts that are shown before it is opened
   * @param {(about: {office: string, counter: string|null}) => Promise<object>} options.read gives the QuietHours of an office
   * @param {() => Promise<I18n>} options.chartWords gives those of the chart (keys.json), in the same language
   */
  constructor({ words, read, chartWords = async () => words }) {
    this.#words = words;
    this.#read = read;
    this.#chartWords = chartWords;
    this.#message.setAttribute('role', 'status');
    this.#again.type = 'button';
    this.#again.addEventListener('click', () => this.#renew());
    this.element = make('details', 'quiet-hours', this.#summary, this.#body);
    this.element.addEventListener('toggle', () => {
      if (this.element.open && (this.#failed || this.#isOld)) this.#renew();
    });
  }

  /** Whether it was opened, so that the chart and its texts are there. */
  get isLoaded() {
    return this.#chart !== null;
  }

  /** Which office, and which of its counters (null: all). */
  about(office, counter = null) {
    if (this.#about?.office === office && this.#about.counter === counter) return;
    this.#about = { office, counter };
    this.#answer = this.#board = null;
    this.#readAt = -Infinity;
    if (this.element.open) this.#renew();
    else this.#draw();
  }

  /** Opens it, for somebody who wants to come another time, and brings them there. */
  open() {
    this.element.open = true;
    this.#summary.focus();
  }

  /** Draws it in the page's language, with the office's board where there is one. */
  show(board = null) {
    this.#board = board;
    if (this.element.open && this.#answer !== null && this.#isOld) this.#renew();
    else this.#draw();
  }

  get #isOld() {
    return performance.now() - this.#readAt > REREAD_MS;
  }

  async #renew() {
    const mine = ++this.#reading;
    this.#readAt = performance.now();
    this.#failed = false;
    this.#draw();
    try {
      const [answer] = await Promise.all([this.#read(this.#about), this.#loadChart()]);
      if (mine !== this.#reading) return;
      this.#answer = answer;
    } catch (error) {
      console.warn(error);
      if (mine !== this.#reading) return;
      this.#failed = true;
    }
    this.#draw();
  }

  async #loadChart() {
    if (this.#chart) return;
    const { QuietHoursChart, style } = await import('./chart.js');
    const [words] = await Promise.all([this.#chartWords(), style(this.element.getRootNode())]);
    if (this.#chart) return;
    this.#chart = new QuietHoursChart(words);
    this.#body.append(this.#chart.element);
  }

  #draw() {
    const { t } = this.#words;
    say(this.#summary, t('quiet_hours.title'));
    const isOld = this.#failed && this.#answer !== null;
    say(this.#message, this.#answer && !isOld ? '' : t(this.#failed ? 'quiet_hours.problem' : 'quiet_hours.loading'));
    this.#message.hidden = this.#message.textContent === '';
    say(this.#again, t('quiet_hours.again'));
    this.#again.hidden = !this.#failed;
    if (!this.#chart) return;
    this.#chart.element.hidden = this.#answer === null;
    if (this.#answer) this.#chart.show(this.#answer, this.#board);
  }
}
