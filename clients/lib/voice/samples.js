/** What can be said of decoded samples. Pure. */

/** Below it, a sample is silence: 42 dB under full scale. */
const AUDIBLE = 1 / 128;
/** What stays of the silence at both ends, so that nothing begins or ends abruptly. */
const MARGIN_SECONDS = 0.012;

/**
 * The part of a sound without the silence at both ends, so that recordings join as tightly as synthesized clips.
 *
 * @param {Float32Array} samples of one channel
 * @param {number} rate samples a second
 * @returns {{offset: number, seconds: number}} the whole, where all is silent
 */
export function audible(samples, rate) {
  const sounds = (sample) => Math.abs(sample) >= AUDIBLE;
  const first = samples.findIndex(sounds);
  if (first < 0) return { offset: 0, seconds: samples.length / rate };
  const margin = Math.round(MARGIN_SECONDS * rate);
  const from = Math.max(0, first - margin);
  const to = Math.min(samples.length, samples.findLastIndex(sounds) + 1 + margin);
  return { offset: from / rate, seconds: (to - from) / rate };
}
