/** Decoded clips by URL. It keeps the last ones that were used, so that a screen's memory stays the same for months. */

import { audible } from './samples.js';

/** Some 15 MB of samples; a call takes ten clips. */
const MOST = 100;
/** How long a clip may take to arrive: later, the call is no news any more. */
const SECONDS = 5;

export class ClipCache {
  #decoder;
  #fetch;
  #clips = new Map();

  /** @param {BaseAudioContext} decoder */
  constructor(decoder, fetch = (...args) => globalThis.fetch(...args)) {
    this.#decoder = decoder;
    this.#fetch = fetch;
  }

  /**
   * The clip's samples, and which part of them is audible. Rejects if it doesn't come in time or isn't a sound.
   *
   * @returns {Promise<{buffer: AudioBuffer, offset: number, seconds: number}>}
   */
  get(url) {
    const clip = this.#clips.get(url) ?? this.#read(url);
    // The newest is the last in a Map's order.
    this.#clips.delete(url);
    this.#clips.set(url, clip);
    if (this.#clips.size > MOST) this.#clips.delete(this.#clips.keys().next().value);
    clip.catch(() => this.#clips.get(url) === clip && this.#clips.delete(url));
    return clip;
  }

  async #read(url) {
    const answer = await this.#fetch(url, { signal: AbortSignal.timeout(SECONDS * 1000) });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    const buffer = await this.#decoder.decodeAudioData(await answer.arrayBuffer());
    return { buffer, ...audible(buffer.getChannelData(0), buffer.sampleRate) };
  }
}
