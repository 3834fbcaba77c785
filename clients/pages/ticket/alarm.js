/**
 * Getting the attention of someone who has put the phone away: a chime, a buzz, a flashing title, a screen that stays on.
 *
 * Browsers let a page sound and buzz only after it was touched, so the holder switches the alarm on.
 */

import { Chime } from '../../lib/chime.js';

const VOICE = { partials: [{ ratio: 1, gain: 0.5 }], seconds: 0.5 };
const MELODY = [{ hertz: 784, at: 0 }, { hertz: 988, at: 0.22 }, { hertz: 1175, at: 0.44 }];
const BUZZ_MS = [400, 150, 400, 150, 700];
const FLASH_MS = 1_000;

export class Alarm {
  #chime = null;
  #lock = null;
  #flashing = null;
  #wake = () => this.#keepAwake();

  get on() {
    return this.#chime !== null;
  }

  /** Call it from a press: only then may the page sound from now on. Plays the chime once, as a proof. */
  async switchOn() {
    this.#chime = new Chime(VOICE);
    document.addEventListener('visibilitychange', this.#wake);
    this.#keepAwake();
    await this.#chime.unblock();
    this.#chime?.play(MELODY);
  }

  switchOff() {
    this.#chime?.close();
    this.#chime = null;
    this.#lock?.release();
    this.#lock = null;
    document.removeEventListener('visibilitychange', this.#wake);
  }

  /** Chimes and buzzes, if it is on. */
  ring() {
    if (!this.on) return;
    this.#chime.play(MELODY);
    navigator.vibrate?.(BUZZ_MS);
  }

  /** The page's title, which alternates with `alert` (null: it stands still). */
  title(text, alert = null) {
    clearInterval(this.#flashing);
    document.title = alert ?? text;
    if (!alert) return;
    let shown = alert;
    this.#flashing = setInterval(() => {
      shown = shown === alert ? text : alert;
      document.title = shown;
    }, FLASH_MS);
  }

  /** The system drops the lock whenever the page is hidden; a phone that has none, or is low on power, goes without. */
  async #keepAwake() {
    if (document.visibilityState !== 'visible') return;
    try {
      this.#lock = (await navigator.wakeLock?.request('screen')) ?? null;
    } catch {
      this.#lock = null;
    }
  }
}
