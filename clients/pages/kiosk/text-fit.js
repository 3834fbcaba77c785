/** Makes texts as large as their boxes allow: the screen never scrolls, however long the names of the counters are. */

/** In rem, the largest first. With large text the last is what a plain screen calls 0.9 rem. */
export const SIZES = [2.3, 2.1, 1.9, 1.75, 1.6, 1.45, 1.3, 1.15, 1, 0.9, 0.8, 0.72];

/**
 * The first of `sizes` that fits, or the last.
 *
 * @param {number[]} sizes
 * @param {(size: number) => boolean} fits tries one
 */
export function largest(sizes, fits) {
  return sizes.find((size) => fits(size)) ?? sizes.at(-1);
}

/**
 * Keeps the texts in a list at one size, the largest at which none of its boxes overflows: `--size` on the list.
 *
 * It looks again whenever the list's own size changes; call what it returns after its texts have changed.
 *
 * @param {HTMLElement} list with one box in each child
 * @returns {() => void}
 */
export function keepFitting(list) {
  const holds = ({ firstElementChild: box }) =>
    box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth;
  const fit = () => {
    if (list.clientHeight === 0) return;
    largest(SIZES, (size) => {
      list.style.setProperty('--size', `${size}rem`);
      return [...list.children].every(holds);
    });
  };
  new ResizeObserver(fit).observe(list);
  return fit;
}
