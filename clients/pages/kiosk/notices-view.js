/** What the office's staff have the kiosk say, above what one can choose: as many lines as there is room for. */

import { find } from '../../lib/dom.js';
import { i18n } from '../../lib/i18n.js';
import { drawNotices, inBoth } from '../../lib/notices.js';

/** An upright screen has room for more of them, unless its text is large. */
const upright = matchMedia('(orientation: portrait)');
const MOST = { upright: 3, upright_large: 2, wide: 1 };

export class NoticesView {
  /** @param {object[]} notices as in Board, the first are the dearest */
  draw(notices) {
    const isLarge = document.documentElement.dataset.size === 'large';
    const shape = upright.matches ? (isLarge ? 'upright_large' : 'upright') : 'wide';
    drawNotices(find('#notices'), notices.slice(0, MOST[shape]), inBoth(i18n.lang));
  }
}
