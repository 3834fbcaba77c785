/**
 * What Swagger UI leaves out for those who don't see the page or use no mouse: names of controls, levels of headings, a way
 * into boxes that scroll. It draws its parts whenever it likes, so they are looked after as they come.
 */

const NAMES = {
  '#servers': 'Server',
  '.examples-select-element': 'Example',
  '.copy-to-clipboard button': 'Copy to clipboard',
  '.close-modal': 'Close',
  // Its own name, "Apply credentials", is not what the button says, so that nobody who speaks to the computer can press it.
  '.auth-btn-wrapper .authorize': 'Authorize',
};

/** Its title is a part of our page, whose one first heading is another. */
const HEADINGS = { 'h1.title': 3 };
const SCROLLS = '.microlight';

/** Completes what is in `root` now, and whatever comes into it. */
export function completeNames(root) {
  complete(root);
  new MutationObserver(() => complete(root)).observe(root, { childList: true, subtree: true });
}

function complete(root) {
  for (const [selector, name] of Object.entries(NAMES)) {
    for (const control of root.querySelectorAll(selector)) control.setAttribute('aria-label', name);
  }
  for (const [selector, level] of Object.entries(HEADINGS)) {
    for (const heading of root.querySelectorAll(selector)) heading.setAttribute('aria-level', level);
  }
  for (const box of root.querySelectorAll(SCROLLS)) box.tabIndex = 0;
}

/** A Swagger UI plugin: an operation's path is a link inside a button, which keys can't reach; here it is plain text. */
export const plainPaths = ({ React }) => ({
  components: { DeepLink: ({ text }) => React.createElement('span', null, text) },
});
