/** Plays a chime and clips back to back, on the audio clock. */

/** Scheduled so far ahead, so that no start is late. */
const LEAD_SECONDS = 0.06;
/** At full volume, so that the overtones of several notes together are not distorted. */
const FULL = 0.8;
/** How much longer than planned it may take, before it is given up: a sound device that was taken away plays nothing. */
const SPARE_SECONDS = 2;

export class Player {
  #context;
  #cache;

  /** @param {BaseAudioContext} context @param {ClipCache} cache */
  constructor(context, cache) {
    this.#context = context;
    this.#cache = cache;
  }

  /**
   * Plays one program, and resolves when its last sound is over. Rejects before any sound if a clip can't be had.
   *
   * @param {Array} parts clips and pauses, as of `choose`
   * @param {object} options `chime` plays first, from a time on and into a node, and says how many seconds later the
   *   parts may begin; `volume` is 0 to 100; `signal`, an AbortSignal, ends it at once
   */
  async play(parts, { chime = null, volume = 100, signal = null } = {}) {
    const program = await this.schedule(parts, { chime, volume });
    const longest = program.end - this.#context.currentTime + SPARE_SECONDS;
    await new Promise((resolve) => {
      const limit = setTimeout(resolve, longest * 1000);
      const end = () => resolve(clearTimeout(limit));
      program.over.then(end);
      if (signal?.aborted) end();
      signal?.addEventListener('abort', end);
    });
    // What has not sounded by now must not sound into the next.
    program.gain.disconnect();
  }

  /**
   * Sets everything to its moment on the audio clock: `starts` has each clip's name, moment and length in seconds.
   *
   * @returns {Promise<{starts: Array<{name: string, at: number, seconds: number}>, end: number, over: Promise, gain}>}
   */
  async schedule(parts, { chime = null, volume = 100 } = {}) {
    const clips = await Promise.all(parts.map((part) => (part.pause ? null : this.#cache.get(part.url))));
    const gain = this.#context.createGain();
    // Loudness is felt roughly as the square of the amplitude.
    gain.gain.value = FULL * (volume / 100) ** 2;
    gain.connect(this.#context.destination);
    let at = this.#context.currentTime + LEAD_SECONDS;
    const rung = chime?.(at, gain) ?? { speak: 0, seconds: 0 };
    let end = at + rung.seconds;
    at += rung.speak;
    const starts = [];
    let over = rung.over ?? Promise.resolve();
    parts.forEach((part, i) => {
      if (part.pause) {
        at += part.pause;
        return;
      }
      const { buffer, offset, seconds } = clips[i];
      const source = new AudioBufferSourceNode(this.#context, { buffer });
      source.connect(gain);
      source.start(at, offset, seconds);
      starts.push({ name: part.name, at, seconds });
      at += seconds;
      over = Promise.all([over, new Promise((resolve) => source.addEventListener('ended', resolve))]);
    });
    end = Math.max(end, at);
    return { starts, end, over, gain };
  }
}
