/**
 * The voice of a screen: says calls one after another, each whole, in every language that it is to be said in.
 *
 * It joins the service's clips; where a language lacks one, the browser says the sentence itself, if it can. Nothing
 * that goes wrong with a sound is an error for its user: a call is on the screen, whether it was heard or not.
 */

import { I18n } from '../i18n.js';
import { BrowserSpeech } from './browser-speech.js';
import { CallChime } from './call-chime.js';
import { ClipCache } from './clip-cache.js';
import { ClipList } from './clip-list.js';
import { Player } from './player.js';
import { isQuiet } from './quiet-hours.js';
import { choose, oneAfterAnother, sentenceOf, wordsIn } from './sentences.js';

/** Fires `change` when `state` or `help` may have changed. */
export class Speaker extends EventTarget {
  #context;
  #chime;
  #list;
  #player;
  #speech;
  #now;
  #texts = new Map();
  #settings = { languages: ['ko'], volume: 80, quietHours: [] };
  #last = Promise.resolve();
  #reading = null;

  /** The arguments replace the browser's own in tests. */
  constructor({
    context = new AudioContext(),
    list = new ClipList(),
    speech = new BrowserSpeech(),
    now = () => new Date(),
  } = {}) {
    super();
    this.#context = context;
    this.#chime = new CallChime(context);
    this.#list = list;
    this.#player = new Player(context, new ClipCache(context));
    this.#speech = speech;
    this.#now = now;
    const changed = () => this.dispatchEvent(new Event('change'));
    for (const one of [this.#chime, list, speech]) one.addEventListener('change', changed);
    list.follow();
    // A browser that allows sound without a touch, a kiosk's say, needs no more than this.
    context.resume();
  }

  /**
   * 'off': it is to say nothing. 'blocked': the browser wants a touch first. 'missing': a language that it is to speak
   * has no clips, and the browser doesn't speak it. Otherwise 'on', also while clips are being made.
   */
  get state() {
    const { languages, volume } = this.#settings;
    if (volume === 0 || languages.length === 0) return 'off';
    if (this.#chime.blocked) return 'blocked';
    const lacks = (language) => !this.#list.of(language) && !this.#speech.speaks(language);
    return this.#list.state === 'missing' && languages.some(lacks) ? 'missing' : 'on';
  }

  /** What to do where the voice is missing, {"ko", "en"}; null where it isn't, and until it is known. */
  get help() {
    return this.#list.help;
  }

  /** Lets it sound from now on. Call it from a click or a key press: only then does the browser allow it. */
  unblock() {
    return this.#chime.unblock();
  }

  /**
   * How it speaks from now on. What isn't given stays.
   *
   * @param {{languages?: string[], volume?: number, quietHours?: Array<[string, string]>}} settings languages in their
   *   order; volume 0 to 100; quiet hours as in quiet-hours.js
   */
  use(settings) {
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    this.#settings = { ...this.#settings, ...Object.fromEntries(given) };
    this.dispatchEvent(new Event('change'));
  }

  /**
   * Says a call when those before are over. Resolves when its last sound is over, and at once where there is none.
   *
   * @param {{number: number, window: number, again: boolean}} call
   * @param {object} settings as of `use`
   */
  say(call, settings = {}) {
    this.use(settings);
    const { languages, volume, quietHours } = this.#settings;
    this.#last = this.#last.then(async () => {
      if (volume === 0 || languages.length === 0 || this.#chime.blocked || isQuiet(quietHours, this.#now())) return;
      try {
        await this.#sayNow(call, languages, volume);
      } catch (error) {
        console.error(error);
      }
    });
    return this.#last;
  }

  /** Whether it has clips of pages' texts in the language. */
  reads(language) {
    return Object.keys(this.#list.texts(language)).length > 0;
  }

  /**
   * Reads a page's text aloud with clips, in place of what it is reading: whoever listens has gone on. Resolves to true
   * when it is over or was ended, and to false at once where a part of it has no clip: then nothing is to be heard. Quiet
   * hours don't count, since somebody has asked for it.
   *
   * @param {string} text as it stands on the page
   * @param {number} volume 0 to 100
   */
  async read(text, language, volume) {
    this.hush();
    const texts = this.#list.texts(language);
    const words = wordsIn(text, Object.keys(texts));
    const parts = words && choose(words, { ...this.#list.of(language), ...texts });
    if (!parts || this.#chime.blocked) return false;
    const { signal } = (this.#reading = new AbortController());
    try {
      await this.#player.play(parts, { volume, signal });
      return true;
    } catch (error) {
      // A clip didn't come, or isn't a sound.
      console.warn(error);
      return signal.aborted;
    }
  }

  /** Ends what it is reading. Calls are said to their end. */
  hush() {
    this.#reading?.abort();
    this.#reading = null;
  }

  async #sayNow(call, languages, volume) {
    let chime = (at, into) => this.#chime.ring(call.again, at, into);
    for (const group of this.#groups(call, languages)) {
      let spoken = group.language;
      if (group.sentences) {
        try {
          await this.#player.play(oneAfterAnother(group.sentences), { chime, volume });
          chime = null;
          continue;
        } catch (error) {
          // A clip didn't come, or isn't a sound.
          console.warn(error);
          spoken = group.languages;
        }
      }
      if (chime) await this.#player.play([], { chime, volume });
      chime = null;
      for (const language of [spoken].flat()) await this.#sayByBrowser(call, language, volume);
    }
  }

  /** Neighbouring languages with clips sound as one program; the others are said by the browser, one by one. */
  #groups(call, languages) {
    const groups = [];
    for (const language of languages) {
      const sentence = sentenceOf(call, language, this.#list.of(language));
      const last = groups.at(-1);
      if (!sentence) groups.push({ language });
      else if (last?.sentences) {
        last.sentences.push(sentence);
        last.languages.push(language);
      } else groups.push({ sentences: [sentence], languages: [language] });
    }
    return groups;
  }

  async #sayByBrowser(call, language, volume) {
    if (!this.#speech.speaks(language)) return;
    const { t } = await this.#textsIn(language);
    await this.#speech.say(t(call.again ? 'display.spoken_again' : 'display.spoken', call), language, volume);
  }

  async #textsIn(language) {
    if (!this.#texts.has(language)) {
      const words = new I18n();
      await words.load(language);
      this.#texts.set(language, words);
    }
    return this.#texts.get(language);
  }

  /** Gives the sound device back. It can't speak again. */
  async close() {
    this.#list.close();
    await this.#chime.close();
  }
}
