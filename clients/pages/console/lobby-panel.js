/** The panel in which staff set how the office's screens speak and show. */

import { api, Problem } from '../../lib/api.js';
import { copy, find, focusOn, say } from '../../lib/dom.js';
import { languages, t } from '../../lib/i18n.js';
import { OrderedChoice } from './ordered-choice.js';
import { SavedForm } from './saved-form.js';

const MOST_QUIET_HOURS = 8;

export class LobbyPanel {
  #office = null;
  #shown = null;
  #languages;
  #voice;
  #form;

  /** @param {() => void} onSignedOut the session is over */
  constructor(onSignedOut) {
    const changed = () => this.#form.tell(null);
    this.#languages = new OrderedChoice(find('#lobby-languages'), changed);
    this.#voice = new OrderedChoice(find('#lobby-voice'), changed);
    this.#form = new SavedForm(find('#lobby-form'), find('#lobby-told'), {
      save: () => this.#save(),
      isChanged: () => this.#shown !== null && JSON.stringify(this.#read()) !== JSON.stringify(this.#shown),
      onSignedOut,
    });
    find('#lobby-form').addEventListener('input', () => this.#check());
    find('#quiet-add').addEventListener('click', () => this.#append());
  }

  /** Begins with what an office's board shows. */
  open(office, { lobby }) {
    this.#office = office;
    this.#show(lobby);
    this.#form.clear();
  }

  draw() {
    this.#languages.draw();
    this.#voice.draw();
    find('#quiet-add').hidden = find('#quiet-hours').children.length >= MOST_QUIET_HOURS;
    say(find('#lobby-volume-now'), `${find('#lobby-volume').value} %`);
    this.#form.draw();
  }

  #show(lobby) {
    const { volume, quiet_hours: quiet, qr, nearby } = lobby;
    this.#languages.show(languages(), lobby.languages);
    this.#voice.show(languages(), lobby.voice);
    find('#lobby-volume').value = volume;
    find('#quiet-hours').replaceChildren(...quiet.map((hours) => this.#hours(hours)));
    find('#lobby-qr').checked = qr;
    find('#lobby-nearby').checked = nearby;
    this.#shown = this.#read();
    this.draw();
  }

  #hours([from, to]) {
    const row = copy('#quiet-template');
    row.querySelector('[data-part="from"]').value = from;
    row.querySelector('[data-part="to"]').value = to;
    row.querySelector('button').addEventListener('click', () => {
      row.remove();
      this.#check();
      focusOn(find('#quiet-add'));
    });
    return row;
  }

  #append() {
    const row = this.#hours(['12:00', '13:00']);
    find('#quiet-hours').append(row);
    this.#check();
    row.querySelector('input').focus();
  }

  /** The browser says what is wrong where it is, in the reader's own language. */
  #check() {
    for (const row of find('#quiet-hours').children) {
      const [from, to] = row.querySelectorAll('input');
      to.setCustomValidity(from.value && to.value && from.value >= to.value ? t('console.lobby.problem.quiet') : '');
    }
    this.draw();
  }

  #read() {
    return {
      languages: this.#languages.value,
      voice: this.#voice.value,
      volume: Number(find('#lobby-volume').value),
      quiet_hours: [...find('#quiet-hours').children].map((row) => [...row.querySelectorAll('input')].map(({ value }) => value)),
      qr: find('#lobby-qr').checked,
      nearby: find('#lobby-nearby').checked,
    };
  }

  async #save() {
    const wanted = this.#read();
    // A wall that shows no language says nothing.
    if (wanted.languages.length === 0) throw new Problem({ status: 422, code: 'no_language' });
    this.#show(await api(`/offices/${this.#office.id}/lobby`, { method: 'PUT', body: wanted }));
  }
}
