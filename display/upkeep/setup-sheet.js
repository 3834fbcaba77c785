/**
 * The sheet for whoever installs the screen: its name and its device key. F2 opens it, and so does `#setup` in the address
 * while there is no key, so that a screen's start address may have that for ever.
 */

import { make } from '../../clients/lib/dom.js';
import { lines } from './overlay.js';
import { enrol, screenKey, suggestedName } from './screen-key.js';

export class SetupSheet {
  #office;
  #onReady;
  #sheet = null;
  #problem = make('p', 'problem both');

  /** @param {string} office its id; `onReady` is called when a key was found good and is kept */
  constructor(office, onReady) {
    this.#office = office;
    this.#onReady = onReady;
    this.#problem.setAttribute('role', 'alert');
  }

  /** Opens the sheet when somebody asks for it. */
  watch() {
    const open = () => this.#open().catch(console.error);
    const isAsked = () => location.hash === '#setup' && screenKey() === null;
    addEventListener('keydown', ({ key }) => key === 'F2' && open());
    addEventListener('hashchange', () => isAsked() && open());
    if (isAsked()) open();
  }

  async #open() {
    this.#sheet ??= await this.#make();
    if (this.#sheet.open) return;
    this.#input('name').value = screenKey()?.name ?? suggestedName();
    this.#input('key').value = '';
    this.#problem.replaceChildren();
    this.#sheet.showModal();
  }

  async #make() {
    const title = make('h2', 'both', ...(await lines('display.setup.title')));
    title.id = 'setup-title';
    const save = make('button', 'button primary both', ...(await lines('display.setup.save')));
    const cancel = make('button', 'button both', ...(await lines('display.setup.cancel')));
    cancel.type = 'button';
    cancel.addEventListener('click', () => this.#sheet.close());
    const form = make('form', '', await field('name', 'text', 40), await field('key', 'password', 200), this.#problem, save, cancel);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#enter().catch(console.error);
    });
    const sheet = make('dialog', 'sheet upkeep-setup', title, make('p', 'both', ...(await lines('display.setup.lead'))), form);
    sheet.setAttribute('aria-labelledby', title.id);
    document.body.append(sheet);
    return sheet;
  }

  async #enter() {
    const given = { name: this.#input('name').value.trim(), key: this.#input('key').value.trim() };
    const fault = await enrol(given, this.#office).catch(() => 'no_answer');
    this.#problem.replaceChildren(...(fault ? await lines(`display.setup.fault.${fault}`) : []));
    if (fault) return this.#input(fault === 'name' ? 'name' : 'key').select();
    this.#sheet.close();
    this.#onReady();
  }

  #input(name) {
    return this.#sheet.querySelector(`[name="${name}"]`);
  }
}

async function field(name, type, longest) {
  const input = make('input');
  Object.assign(input, { id: `setup-${name}`, name, type, maxLength: longest, required: true, autocomplete: 'off' });
  const label = make('label', 'both', ...(await lines(`display.setup.${name}`)));
  label.htmlFor = input.id;
  return make('div', 'field', label, input);
}
