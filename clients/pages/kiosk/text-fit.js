/** Makes texts as large as their boxes allow: the screen never scrolls, however long the names of the counters are. */

/** In rem, the largest first. With large text the last is what a plain screen calls 0.9 rem. */
export const SIZES = [2.3, 2.1, 1.9, 1.75, 1.6, 1.45, 1.3, 1.15, 1, 0.9, 0.8, 0.72];

/** In pixels: nothing on the kiosk is smaller where it can be helped. */
const READABLE = 16;

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
 * Keeps the texts in a list at one size, the largest at which none of its boxes overflows: `--size` on the list. Where not
 * all of them fit so that they can be read, `data-tight` is `true`, and the list's style leaves some out.
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
    const fits = (size) => {
      list.style.setProperty('--size', `${size}rem`);
      return [...list.children].every(holds);
    };
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    list.dataset.tight = false;
    if (SIZES.filter((size) => size * rem >= READABLE).some(fits)) return;
    list.dataset.tight = true;
    largest(SIZES, fits);
  };
  new ResizeObserver(fit).observe(list);
  return fit;
}
