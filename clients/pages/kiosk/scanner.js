/**
 * A keyboard-wedge scanner: it types what it read, fast, and ends with Enter.
 *
 * Which keys are a person's and which the scanner's is told by speed alone. Keys are read by their place on the
 * keyboard where the letter itself is unusable, because a Korean input method would otherwise turn an address into 한글.
 */

const FASTEST_PERSON_MS = 60;
const SHORTEST_READ = 8;

const SHIFTED = { Minus: '_', Slash: '?', Semicolon: ':', Period: '>', Equal: '+' };
const PLAIN = { Minus: '-', Slash: '/', Semicolon: ';', Period: '.', Equal: '=' };

/** The ASCII character of a key press on a US layout, or null for keys that type none. */
export function character({ key, code, shiftKey }) {
  if (/^[!-~]$/.test(key)) return key;
  if (/^Key[A-Z]$/.test(code)) return shiftKey ? code[3] : code[3].toLowerCase();
  if (/^(Digit|Numpad)[0-9]$/.test(code)) return code.at(-1);
  return (shiftKey ? SHIFTED : PLAIN)[code] ?? null;
}

/** The id in a ticket page's address, such as `https://host/t/AbC_1`, or null if it is no such address. */
export function ticketId(text) {
  return text.match(/^https?:\/\/[^/]+\/t\/([A-Za-z0-9._~-]+)(?:[?#].*)?$/)?.[1] ?? null;
}

export class Scanner {
  #read = '';
  #lastAt = -Infinity;

  /**
   * Takes one key press.
   *
   * @param {{key: string, code: string, shiftKey: boolean}} press
   * @param {number} at when, in milliseconds
   * @returns {string|null} all that was read, when this was the Enter that ends a read
   */
  press(press, at) {
    if (at - this.#lastAt > FASTEST_PERSON_MS) this.#read = '';
    this.#lastAt = at;
    if (press.key === 'Enter' || press.code === 'Enter') {
      const read = this.#read;
      this.#read = '';
      return read.length >= SHORTEST_READ ? read : null;
    }
    this.#read += character(press) ?? '';
    return null;
  }
}
