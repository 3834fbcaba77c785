/** The start screen: the office's counters, and who is called a little sooner (우선배려). */

import { showStatus } from '../../lib/badges.js';
import { ask } from '../../lib/dialog-sheet.js';
import { copy, find, keyed, say } from '../../lib/dom.js';
import { i18n, name, t } from '../../lib/i18n.js';
import { LateQuestion } from '../../lib/late-question.js';
import { chanceText } from '../../lib/served-today.js';
import { showWait } from '../../lib/wait-line.js';
import { leadOf, offers } from './counters.js';
import { keepFitting } from './text-fit.js';

/** Up to so many counters stand in one column of an upright screen. */
const ONE_COLUMN = 4;

export class StartView {
  #onCounter;
  #fit;
  #priority = 'none';
  #late = new LateQuestion();
  #offers = [];

  /** @param {(counter: string) => void} onCounter a number is wanted of a counter that gives some */
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
    this.close();
    this.#choose('none');
  }

  /** Takes back what is asked. */
  close() {
    find('#priority-dialog').close();
    this.#late.close();
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
    this.#offers = offers(office, board);
    const isShort = office.counters.length > ONE_COLUMN;
    keyed(counters, this.#offers, ({ id }) => id, this.#make, (element, offer) => this.#draw(element, offer, isShort));
    this.#fit();
    this.#drawPriority();
    this.#late.draw();
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
    button.addEventListener('click', async () => {
      if (button.getAttribute('aria-disabled') === 'true') return;
      if (await this.#late.isWanted(() => this.#waitOf(id))) this.#onCounter(id);
    });
    return element;
  };

  /** `short`: there are so many counters that each has little room. */
  #draw(element, offer, short) {
    element.firstElementChild.setAttribute('aria-disabled', !offer.open);
    say(element.querySelector('.counter-name'), name(offer.name));
    say(element.querySelector('.counter-line'), stateOf(offer));
    const wait = element.querySelector('.counter-wait');
    wait.hidden = !offer.open || !offer.wait;
    if (wait.hidden) wait.replaceChildren();
    else showWait(wait, offer.wait, i18n, { short });
    const chance = offer.open && !short ? chanceText(offer.wait, i18n, { short: true }) : '';
    element.querySelector('.counter-chance').hidden = chance === '';
    say(element.querySelector('.counter-chance'), chance);
  }

  #waitOf(counter) {
    return this.#offers.find(({ id }) => id === counter)?.wait ?? null;
  }

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
