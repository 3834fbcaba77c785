/** The printed ticket, by the browser's own printing: an 80 mm roll (receipt.css), silent with Chromium's --kiosk-printing. */

import { find } from '../../lib/dom.js';
import { i18n, name, t } from '../../lib/i18n.js';
import { timeOfDay } from '../../lib/time.js';
import { waitText } from '../../lib/wait.js';
import { namesOf, windowsOf } from './counters.js';
import { isDemo } from './device.js';

const QR_WAIT_MS = 2_000;

/** How many are ahead, in words. */
export function aheadText(ticket) {
  return ticket.ahead === 0 ? t('kiosk.result.next') : t('kiosk.result.people', { count: ticket.ahead ?? 0 });
}

/**
 * Prints a ticket; done when the browser has printed, or has been told not to.
 *
 * @param {object} ticket Ticket
 * @param {object} office Office
 * @param {HTMLImageElement} qr the ticket's QR code, already on its way
 */
export async function print(ticket, office, qr) {
  const texts = {
    demo: isDemo() ? t('kiosk.receipt.demo') : '',
    office: name(office.name),
    counter: name(namesOf(office, ticket.counter)),
    number: ticket.number,
    ahead: t('kiosk.receipt.ahead', { people: aheadText(ticket) }),
    wait: ticket.wait ? t('kiosk.receipt.wait', { wait: waitText(ticket.wait, i18n) }) : '',
    windows: t('kiosk.receipt.windows', { windows: windowsOf(office, ticket.counter) }),
    hint: t('kiosk.receipt.qr'),
    time: `${ticket.day} ${timeOfDay(ticket.issued_at)}`,
  };
  for (const [part, text] of Object.entries(texts)) find(`#receipt-${part}`).textContent = text;
  const copy = find('#receipt-qr');
  copy.src = qr.src;
  // A ticket without its code is better than none: a picture that can't be had, or not soon, doesn't stop the paper.
  const late = new Promise((resolve) => setTimeout(resolve, QR_WAIT_MS));
  await Promise.race([copy.decode().catch(() => {}), late]);
  window.print();
}
