/** The start screen: the office's counters, and who is called a little sooner (우선배려). */

import { showStatus } from '../../lib/badges.js';
import { ask } from '../../lib/dialog-sheet.js';
import { copy, find, keyed, say } from '../../lib/dom.js';
import { i18n, name, t } from '../../lib/i18n.js';
import { leadOf, offers } from './counters.js';
import { keepFitting } from './text-fit.js';

/** Up to so many counters stand in one column of an upright screen. */
const ONE_COLUMN = 4;

export class StartView {
  #onCounter;
  #fit;
  #priority = 'none';

  /** @param {(counter: string) => void} onCounter a counter that gives numbers was pressed */
  constructor(onCounter) {
    this.#onCounter = onCounter;
    this.#fit = keepFitting(find('#counters'));
    find('#priority-ask').addEventListener('click', async () => {
      const who = await ask(find('#priority-dialog'));
      if (who) this.#choose(who);
    });
    find('#priority-clear').addEventListener('click', () => {
      this.#choose('none');
      find('#priority-ask').focus();
    });
  }

  /** Ticket's `priority` as chosen: 'none', 'elderly', ... */
  get priority() {
    return this.#priority;
  }

  /** Forgets what the last person chose. */
  reset() {
    find('#priority-dialog').close();
    this.#choose('none');
  }

  /** @param {object} office Office; `board`: its Board, or null while none has come */
  draw(office, board) {
    say(find('#office'), name(office.name));
    const status = find('#status');
    status.hidden = !board;
    if (board) showStatus(status, board.status, i18n);
    this.#drawLead(office, board);
    const counters = find('#counters');
    counters.dataset.many = office.counters.length > ONE_COLUMN;
    keyed(counters, offers(office, board), ({ id }) => id, this.#make, this.#draw);
    this.#fit();
    this.#drawPriority();
  }

  #drawLead({ hours }, board) {
    const lead = find('#start-lead');
    const about = leadOf(board);
    lead.dataset.about = about;
    say(lead, t(`kiosk.start.${about}`, { time: hours?.lunch?.[1] ?? '' }));
  }

  #make = ({ id }) => {
    const element = copy('#counter-template');
    const button = element.firstElementChild;
    button.addEventListener('click', () => {
      if (button.getAttribute('aria-disabled') !== 'true') this.#onCounter(id);
    });
    return element;
  };

  #draw = (element, offer) => {
    element.firstElementChild.setAttribute('aria-disabled', !offer.open);
    say(element.querySelector('.counter-name'), name(offer.name));
    say(element.querySelector('.counter-state'), stateOf(offer));
  };

  #choose(who) {
    this.#priority = who;
    this.#drawPriority();
  }

  #drawPriority() {
    // Only that, not why: whoever stands behind reads along.
    const none = this.#priority === 'none';
    find('#priority-ask').hidden = !none;
    find('#priority-chosen').hidden = none;
    say(find('#priority-text'), none ? '' : t('kiosk.priority.chosen'));
  }
}

function stateOf({ open, reason, waiting, pausedFor, left }) {
  if (!open) return [t(`kiosk.closed.${reason}`), ...(pausedFor ? [name(pausedFor)] : [])].join(' · ');
  const line = waiting === 0 ? t('common.nobody') : t('kiosk.waiting', { count: waiting });
  return left === null ? line : `${line} · ${t('common.left', { count: left })}`;
}
