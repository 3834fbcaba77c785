/**
 * Getting the attention of someone who has put the phone away: a chime, a buzz, a flashing title, a screen that stays on.
 *
 * Browsers let a page sound and buzz only after it was touched, so the holder switches the alarm on.
 */

const NOTES = [
  { at: 0, hertz: 784 },
  { at: 0.22, hertz: 988 },
  { at: 0.44, hertz: 1175 },
];
const NOTE_SECONDS = 0.5;
const BUZZ_MS = [400, 150, 400, 150, 700];
const FLASH_MS = 1_000;

export class Alarm {
  #audio = null;
  #lock = null;
  #flashing = null;
  #wake = () => this.#keepAwake();

  get on() {
    return this.#audio !== null;
  }

  /** Call it from a press: only then may the page sound from now on. Plays the chime once, as a proof. */
  async switchOn() {
    this.#audio = new AudioContext();
    document.addEventListener('visibilitychange', this.#wake);
    this.#keepAwake();
    await this.#audio.resume();
    this.#chime();
  }

  switchOff() {
    this.#audio?.close();
    this.#audio = null;
    this.#lock?.release();
    this.#lock = null;
    document.removeEventListener('visibilitychange', this.#wake);
  }

  /** Chimes and buzzes, if it is on. */
  ring() {
    if (!this.on) return;
    this.#chime();
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

  #chime() {
    for (const { at, hertz } of NOTES) {
      const start = this.#audio.currentTime + at;
      const tone = this.#audio.createOscillator();
      const volume = this.#audio.createGain();
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.0001, start);
      volume.gain.exponentialRampToValueAtTime(0.5, start + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + NOTE_SECONDS);
      tone.connect(volume).connect(this.#audio.destination);
      tone.start(start);
      tone.stop(start + NOTE_SECONDS);
    }
  }
}
