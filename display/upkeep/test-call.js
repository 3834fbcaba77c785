/**
 * A call for trying the screen and its voice, as one of a board: its number is in no counter's band, so that nobody in the
 * room has it.
 *
 * @param {object|null} office Office, or null where none is known yet
 */
export function testCall(office) {
  const bands = office?.counters.map(({ numbers }) => numbers) ?? [];
  const isFree = (number) => bands.every(([first, last]) => number < first || number > last);
  let number = 1;
  while (!isFree(number)) number++;
  return { number, window: office?.windows[0]?.id ?? 1, again: false };
}
