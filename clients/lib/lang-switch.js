/** `<lang-switch>`: one button a language, each in its own words; the chosen one is pressed. */

import { choose, i18n, languageName, languages } from './i18n.js';

class LangSwitch extends HTMLElement {
  #mark = () => {
    for (const button of this.children) button.setAttribute('aria-pressed', button.lang === i18n.lang);
  };

  connectedCallback() {
    this.classList.add('lang-switch');
    this.setAttribute('role', 'group');
    this.setAttribute('aria-label', '언어 · Language');
    this.replaceChildren(...languages().map((lang) => this.#button(lang)));
    this.#mark();
    i18n.addEventListener('change', this.#mark);
  }

  disconnectedCallback() {
    i18n.removeEventListener('change', this.#mark);
  }

  #button(lang) {
    const button = document.createElement('button');
    button.type = 'button';
    button.lang = lang;
    button.textContent = languageName(lang);
    button.addEventListener('click', () => choose(lang));
    return button;
  }
}

customElements.define('lang-switch', LangSwitch);
