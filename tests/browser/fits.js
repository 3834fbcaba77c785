/**
 * What on this page can't be read: a list of sentences, empty where everything has its place.
 *
 * Looks at each text that is shown: whether it lies on the screen and within what clips it (a text may end in an
 * ellipsis where its style says so), whether another text lies over it, and whether it is large enough. What is clipped
 * away altogether counts as not shown: ask for what must be there by `needed`.
 *
 * @param {{smallest: number, needed: string[], holding: string, without: string}} wanted `smallest`: font size in pixels;
 *   `needed`: selectors, every element of which must be shown whole; `holding`: a selector of boxes that must be large
 *   enough for what is in them; `without`: a selector of what is not looked at
 */
({ smallest, needed, holding, without }) => {
  const SLACK = 1.5;
  const faults = [];
  const named = (element) => {
    const own = element.id ? `#${element.id}` : `${element.localName}.${element.className}`;
    return `${own} “${element.textContent.trim().slice(0, 30)}”`;
  };
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !element.closest('.visually-hidden, .skip-link') &&
    !(without && element.closest(without));
  const blockOf = (element) => {
    let block = element;
    while (getComputedStyle(block).display === 'inline') block = block.parentElement;
    return block;
  };

  /** The part of a rectangle that is left by the screen and by everything around the element that clips. */
  const left = (element, rect) => {
    const part = { left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom };
    const cut = (by) => {
      part.left = Math.max(part.left, by.left);
      part.right = Math.min(part.right, by.right);
      part.top = Math.max(part.top, by.top);
      part.bottom = Math.min(part.bottom, by.bottom);
    };
    for (let around = element; around; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      const by = around.getBoundingClientRect();
      const sides = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
      if (overflowX !== 'visible') Object.assign(sides, { left: by.left, right: by.right });
      if (overflowY !== 'visible') Object.assign(sides, { top: by.top, bottom: by.bottom });
      cut(sides);
    }
    cut({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
    return part;
  };
  const isCut = (rect, part, sides) => sides.some((side) => Math.abs(rect[side] - part[side]) > SLACK);

  const blocks = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || element.closest('script, style, template, noscript') || !shown(element)) continue;
    const block = blockOf(element);
    const box = block.getBoundingClientRect();
    const part = left(block, box);
    if (part.right - part.left < 1 || part.bottom - part.top < 1) continue;

    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < smallest - 0.01) faults.push(`${named(element)} has a font size of ${size}`);
    if (isCut(box, part, ['top', 'bottom'])) faults.push(`${named(element)} is cut at ${part.top}–${part.bottom}`);
    const range = document.createRange();
    range.selectNodeContents(text);
    const ink = range.getBoundingClientRect();
    let around = element;
    while (around !== block && getComputedStyle(around).textOverflow !== 'ellipsis') around = around.parentElement;
    if (getComputedStyle(around).textOverflow !== 'ellipsis' && isCut(ink, left(element, ink), ['left', 'right'])) {
      faults.push(`${named(element)} is cut at the side`);
    }
    blocks.set(block, box);
  }

  const all = [...blocks];
  all.forEach(([one, a], i) => {
    for (const [other, b] of all.slice(i + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > SLACK && high > SLACK) faults.push(`${named(one)} lies over ${named(other)}`);
    }
  });

  for (const box of document.querySelectorAll(holding)) {
    const over = Math.max(box.scrollHeight - box.clientHeight, box.scrollWidth - box.clientWidth);
    if (shown(box) && over > SLACK) faults.push(`${named(box)} is ${over} too small for what is in it`);
  }

  for (const selector of needed) {
    const found = [...document.querySelectorAll(selector)];
    if (found.length === 0) faults.push(`there is no ${selector}`);
    for (const element of found) {
      const box = element.getBoundingClientRect();
      const part = left(element, box);
      if (box.width < 1 || box.height < 1 || isCut(box, part, ['left', 'right', 'top', 'bottom'])) {
        faults.push(`${named(element)} is not shown whole`);
      }
    }
  }
  const root = document.scrollingElement;
  if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) {
    faults.push(`the page is ${root.scrollWidth} x ${root.scrollHeight} on a screen of ${innerWidth} x ${innerHeight}`);
  }
  return faults;
}
