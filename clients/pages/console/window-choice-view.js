/** The screen on which a clerk sits down: which office (admins), which window, which counters. */

import { api, newKey } from '../../lib/api.js';
import { copy, find, keyed, make, say } from '../../lib/dom.js';
import { name, t } from '../../lib/i18n.js';
import { messageFor } from './messages.js';
import { countersFor, isPossible, lastChoice, rememberChoice, suggestion } from './window-choice.js';

const TONES = { closed: 'calm', idle: 'good', serving: 'warn' };

export class WindowChoiceView {
  #onOpened;
  #onSignedOut;
  #office = null;
  #windows = [];
  #chosen = null;
  #problem = null;
  /** What has changed under the clerk's hands, or null. */
  #news = null;
  #busy = false;

  /**
   * @param {(office: string) => void} onOffice another office was chosen
   * @param {(window: object) => void} onOpened the Window is open and is this clerk's
   * @param {() => void} onSignedOut the session is over
   */
  constructor(onOffice, onOpened, onSignedOut) {
    this.#onOpened = onOpened;
    this.#onSignedOut = onSignedOut;
    find('#office').addEventListener('change', (event) => {
      this.#news = null;
      onOffice(event.target.value);
    });
    find('#windows').addEventListener('change', (event) => this.#choose(Number(event.target.value)));
    find('#counters').addEventListener('change', () => this.#tick());
    find('#choose-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#open();
    });
  }

  /** @param {object[]} offices the Offices to choose from; `current`: the chosen one's id */
  offer(offices, current) {
    find('#choose-office').hidden = offices.length < 2;
    const select = find('#office');
    keyed(select, offices, ({ id }) => id, () => make('option'), (option, { id, name: names }) => {
      option.value = id;
      say(option, name(names));
    });
    select.value = current;
  }

  /** @param {object} office Office; `windows`: its Windows as they are */
  show(office, windows) {
    const isAnother = office.id !== this.#office?.id;
    if (isAnother || !isPossible(this.#chosen, office, windows)) {
      this.#chosen = suggestion(office, windows, lastChoice());
      this.#problem = null;
      if (!isAnother) this.#news = { key: 'console.choose.choice_gone' };
    }
    this.#office = office;
    this.#windows = windows;
    this.draw();
  }

  /**
   * Says what has changed, until an office or a window is chosen.
   *
   * @param {{key: string, params?: object}} news `params.office`, where there is one, is its names
   */
  explain(news) {
    this.#news = news;
    this.draw();
  }

  draw() {
    const { key, params } = this.#news ?? {};
    say(find('#choose-news'), key ? t(key, { ...params, office: params?.office && name(params.office) }) : '');
    if (!this.#office) return;
    keyed(find('#windows'), this.#windows, ({ id }) => id, () => copy('#window-template'), this.#drawWindow);
    keyed(find('#counters'), this.#office.counters, ({ id }) => id, () => copy('#counter-template'), this.#drawCounter);
    const isOpen = this.#windows.some(({ id, state }) => id === this.#chosen.window && state !== 'closed');
    say(find('#open'), t(isOpen ? 'console.choose.go_on' : 'console.choose.open', { window: this.#chosen.window }));
    find('#open').setAttribute('aria-busy', this.#busy);
    find('#choose-problem').hidden = this.#problem === null;
    say(find('#choose-problem'), this.#problem ? t(this.#problem) : '');
  }

  /** Nothing of the last clerk's choosing stays. */
  clear() {
    this.#office = null;
  }

  #drawWindow = (label, { id, state, number }) => {
    const input = label.querySelector('input');
    input.value = id;
    input.checked = id === this.#chosen.window;
    say(label.querySelector('.choice-name'), t('common.window', { window: id }));
    const status = label.querySelector('.status');
    status.dataset.tone = TONES[state];
    say(status, state === 'serving' ? t('console.window.serving', { number }) : t(`console.window.${state}`));
  };

  #drawCounter = (label, { id, name: names }) => {
    const input = label.querySelector('input');
    input.value = id;
    input.checked = this.#chosen.counters.includes(id);
    say(label.querySelector('.choice-name'), name(names));
  };

  #choose(window) {
    this.#news = null;
    const kept = lastChoice();
    const counters = kept?.office === this.#office.id && kept.window === window ? kept.counters : [];
    this.#chosen = { window, counters: countersFor(this.#office, this.#windows, window, counters) };
    this.draw();
  }

  /** In the city's order, so that the same choice is the same request. */
  #tick() {
    const ticked = [...find('#counters').querySelectorAll('input:checked')].map((input) => input.value);
    this.#chosen.counters = this.#office.counters.map(({ id }) => id).filter((id) => ticked.includes(id));
  }

  async #open() {
    const { window, counters } = this.#chosen;
    this.#problem = counters.length === 0 ? 'console.choose.none' : null;
    if (this.#problem || this.#busy) return this.draw();
    this.#busy = true;
    this.draw();
    try {
      const path = `/offices/${this.#office.id}/windows/${window}/open`;
      const opened = await api(path, { method: 'POST', body: { counters }, key: newKey(), retry: 8_000 });
      rememberChoice({ office: this.#office.id, window, counters });
      this.#onOpened(opened);
    } catch (problem) {
      if (problem.status === 401) this.#onSignedOut();
      else this.#problem = messageFor(problem).key;
    } finally {
      this.#busy = false;
      this.draw();
    }
  }
}
