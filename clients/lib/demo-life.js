/** `<demo-life>`: says on a demo's banner that its people are simulated, and has the switch that stops them. */

import { api } from './api.js';
import { make, say } from './dom.js';
import { i18n, t } from './i18n.js';

const LOOK_EVERY_MS = 10_000;

class DemoLife extends HTMLElement {
  #on = null;
  #words = make('span');
  #button = make('button');
  #timer = null;
  #draw = () => this.#show();

  connectedCallback() {
    this.#button.type = 'button';
    this.#button.addEventListener('click', () => this.#turn());
    this.replaceChildren(this.#words, ' ', this.#button);
    i18n.addEventListener('change', this.#draw);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#look();
  }

  disconnectedCallback() {
    i18n.removeEventListener('change', this.#draw);
    clearInterval(this.#timer);
  }

  async #look() {
    await this.#ask({});
  }

  async #turn() {
    if (this.#on !== null) await this.#ask({ method: 'PUT', body: { on: !this.#on } });
  }

  async #ask(options) {
    try {
      this.#on = (await api('/demo/life', options)).on;
    } catch {
      // While the service is away, every page says so in its own place.
      return;
    }
    this.#show();
  }

  #show() {
    const isKnown = this.#on !== null && t('demo.on') !== 'demo.on';
    this.hidden = !isKnown;
    if (!isKnown) return;
    say(this.#words, t(this.#on ? 'demo.on' : 'demo.off'));
    say(this.#button, t(this.#on ? 'demo.stop' : 'demo.start'));
  }
}

customElements.define('demo-life', DemoLife);
