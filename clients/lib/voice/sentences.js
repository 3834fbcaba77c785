/**
 * What is said of a call, as the names of clips in their order. The lists of clips are those of GET /api/v1/voice.
 *
 * A sentence is a list of numbers, phrases and texts by name, and pauses: { pause: seconds }. Pure, and without DOM.
 */

/** At a comma, between two sentences, and before another language: shorter than what sounds like the end. */
const COMMA = { pause: 0.16 };
const STOP = { pause: 0.28 };

const SENTENCES = {
  ko: ({ number, window, again }) => [...(again ? ['again', STOP] : []), number, 'number', COMMA, window, 'window'],
  en: ({ number, window, again }) => [...(again ? ['again', STOP] : []), 'number', number, COMMA, 'window', window],
};

const UNITS = [1000, 100, 10];

/**
 * The fewest clips that say a number, as numbers: 1234 may be [1234], [1200, 34] or [1000, 200, 34]. Of as few, those
 * with the longest first. Null if there is no way.
 *
 * @param {(number: number) => boolean} has whether there is such a clip
 */
export function cover(number, has) {
  if (has(number)) return [number];
  let best = null;
  // From the smallest unit on, so that the head is as long as can be.
  for (const unit of [...UNITS].reverse()) {
    const tail = number % unit;
    if (tail === 0 || tail === number) continue;
    const head = cover(number - tail, has);
    const rest = head && cover(tail, has);
    if (rest && (best === null || head.length + rest.length < best.length)) best = [...head, ...rest];
  }
  return best;
}

/** The first word of a number, as clips name it before others: 10 for 17, 2 for 25, 1 for 1. */
function firstWord(number) {
  const unit = UNITS.find((one) => number >= one) ?? 1;
  const count = Math.floor(number / unit);
  return count === 1 ? unit : count;
}

/** The last word of a number, as clips name it after others: 7 for 17, 10 for 20, 100 for 1200. */
function lastWord(number) {
  return number % 10 || [...UNITS].reverse().find((unit) => Math.floor(number / unit) % 10 !== 0);
}

/** The clip's form for its neighbours, if it has one; else the clip itself. */
function formOf(name, before, after, clips) {
  const forms = Object.keys(clips).filter((one) => one.startsWith(`${name}.`));
  const beside = (side, word) => forms.find((form) => {
    const [where, ...words] = form.slice(`${name}.`.length).split('-');
    return where === side && words.includes(String(word));
  });
  const found = (typeof before === 'number' && beside('after', lastWord(before)))
    || (typeof after === 'number' && beside('before', firstWord(after)));
  return found || String(name);
}

/**
 * A sentence as clips and pauses, each { name, url } or { pause }. Null if a clip is missing.
 *
 * @param {Array} sentence
 * @param {object} clips of one language, by name: { url, seconds }
 */
export function choose(sentence, clips) {
  const words = [];
  for (const word of sentence) {
    const said = typeof word === 'number' ? cover(word, (one) => String(one) in clips) : [word];
    if (!said) return null;
    words.push(...said);
  }
  const chosen = words.map((word, i) => {
    if (typeof word === 'object') return word;
    const name = formOf(word, words[i - 1], words[i + 1], clips);
    return { name, url: clips[name]?.url };
  });
  return chosen.every((one) => one.pause || one.url) ? chosen : null;
}

/**
 * A call in one language, as of `choose`. Null where the language has no sentences or not all clips.
 *
 * @param {{number: number, window: number, again: boolean}} call
 */
export function sentenceOf(call, language, clips) {
  return clips && SENTENCES[language] ? choose(SENTENCES[language](call), clips) : null;
}

/**
 * A text as it stands on a page, as words of a sentence: its numbers, the texts that it is made of, and pauses where it
 * has marks. Null if a part of it is no such text.
 *
 * @param {string} text such as "앞에 12명 있습니다."
 * @param {string[]} texts those that there are clips of, such as "앞에" and "명 있습니다."
 */
export function wordsIn(text, texts) {
  const longestFirst = [...texts].sort((a, b) => b.length - a.length);
  const words = [];
  let rest = text.trim();
  while (rest) {
    const [number, comma, stop] = /^(?:(\d+)|([,·:]+)|([.?!]+))?/.exec(rest).slice(1);
    const found = number ?? comma ?? stop ?? longestFirst.find((one) => rest.startsWith(one));
    if (!found) return null;
    words.push(number ? Number(number) : comma ? COMMA : stop ? STOP : found);
    if (/[.?!]$/.test(found) && !stop) words.push(STOP);
    rest = rest.slice(found.length).trim();
  }
  return words.filter((word, i) => !word.pause || words.slice(i + 1).some((later) => !later.pause));
}

/** One after another, with a pause in between. */
export function oneAfterAnother(sentences) {
  return sentences.flatMap((sentence, i) => (i === 0 ? sentence : [STOP, ...sentence]));
}
