/**
 * `<office-links to="/display/{office}">`: every office of the city as a link, `{office}` is its id and `{name}` its
 * Korean name.
 */

import { api } from './api.js';
import { make } from './dom.js';
import { i18n, name } from './i18n.js';

const DEADLINE_MS = 30_000;

class OfficeLinks extends HTMLElement {
  #offices = [];
  #draw = () => this.#show();

  async connectedCallback() {
    i18n.addEventListener('change', this.#draw);
    const { offices } = await api('/offices', { retry: DEADLINE_MS });
    this.#offices = offices;
    this.#show();
  }

  disconnectedCallback() {
    i18n.removeEventListener('change', this.#draw);
  }

  #show() {
    const items = this.#offices.map((office) => {
      const link = make('a', '', name(office.name));
      link.href = this.getAttribute('to').replace('{office}', office.id).replace('{name}', encodeURIComponent(office.name.ko));
      return make('li', '', link);
    });
    const list = make('ul', 'office-links', ...items);
    list.setAttribute('role', 'list');
    this.replaceChildren(list);
  }
}

customElements.define('office-links', OfficeLinks);
