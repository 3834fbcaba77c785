/** Booking: choose where, take a number, and on to its page. */

import { api } from '../../lib/api.js';
import { newer } from '../../lib/board.js';
import { copy, find, focusOn, keepFocus, keyed, say } from '../../lib/dom.js';
import { i18n, name, startLanguage, t } from '../../lib/i18n.js';
import '../../lib/lang-switch.js';
import { LateQuestion } from '../../lib/late-question.js';
import { Live } from '../../lib/live.js';
import { myTickets, rememberTicket } from '../../lib/my-tickets.js';
import { Offices } from '../../lib/offices.js';
import { opening } from '../../lib/opening-hours.js';
import { readQuietHours } from '../../lib/quiet-hours/answer.js';
import { QuietHoursDisclosure } from '../../lib/quiet-hours/disclosure.js';
import { chanceText } from '../../lib/served-today.js';
import { showStaleness } from '../../lib/stale-notice.js';
import { keep, recall } from '../../lib/storage.js';
import { TicketRequests } from '../../lib/ticket-requests.js';
import { waitNotes } from '../../lib/wait.js';
import { showWait } from '../../lib/wait-line.js';
import { choices, isOpen, whyNot } from './online-counters.js';

const REQUEST_KEPT_AS = 'sunbeon.order';
const REQUEST_LIVES_MS = 10 * 60_000;
const CLOCK_MS = 30_000;
const ARRIVAL_MINUTES = find('meta[name="arrival-minutes"]').content;
const REFUSALS = {
  office_closed: 'booking.problem.office_closed',
  counter_paused: 'booking.problem.counter_paused',
  counter_full: 'booking.problem.counter_full',
  numbers_used_up: 'booking.problem.numbers_used_up',
  limit_reached: 'booking.problem.limit_reached',
  online_quota_used_up: 'booking.problem.online_quota_used_up',
  too_many_tickets: 'booking.problem.too_many_tickets',
  not_online: 'booking.problem.not_online',
  unknown_counter: 'booking.problem.gone',
  unknown_office: 'booking.problem.gone',
};

// A tab that is found again hours later should not take a number by itself.
const memory = {
  read: () => {
    const kept = recall(REQUEST_KEPT_AS, 'sessionStorage');
    return kept && Date.now() - kept.at < REQUEST_LIVES_MS ? kept.order : null;
  },
  write: (request) => keep(REQUEST_KEPT_AS, request && { order: request, at: Date.now() }, 'sessionStorage'),
};
const requests = new TicketRequests(api, { memory });
const form = find('#form');
const late = new LateQuestion();
const boards = new Map();
const known = new Offices();
const quietHours = new QuietHoursDisclosure({ words: i18n, read: readQuietHours });
let offices = [];
let live = null;
let listenedTo = '';
let unwatch = () => {};
/** The counter that was chosen last, or null: it may be gone from the city since. */
let lastChoice = null;
/** What is said to be wrong, and when that is over: `{key, isOver}`, or null. */
let problem = null;

/** The counter that is chosen, `{office, counter}`, or null. */
function chosen() {
  const [office, counter] = form.querySelector('[name="counter"]:checked')?.value.split('/') ?? [];
  return counter ? { office, counter } : null;
}

function draw() {
  if (problem?.isOver()) problem = null;
  keepFocus(drawAll, find('#take'));
}

function drawAll() {
  const list = choices(offices, boards);
  keyed(find('#choices'), list, ({ office }) => office.id, () => copy('#office-template'), drawOffice);
  noticeLostChoice();
  find('#none').hidden = offices.length === 0 || list.length > 0;
  drawMine();
  drawAgain();
  drawQuietHours();
  late.draw();
  say(find('#how-3'), t('booking.how.3', { minutes: ARRIVAL_MINUTES }));
  say(find('#problem'), problem ? t(problem.key) : '');
  find('#problem').hidden = problem === null;
}

/** An admin has taken out what was chosen: it is said, until something else is chosen. */
function noticeLostChoice() {
  if (chosen() || !lastChoice) return;
  lastChoice = null;
  problem = { key: 'booking.problem.gone', isOver: () => chosen() !== null };
}

/** Keeps in mind what is chosen, so that it is noticed when it goes. */
function rememberChoice() {
  lastChoice = chosen();
}

function drawOffice(element, { office, counters }) {
  const heading = element.querySelector('h3');
  heading.id = `office-${office.id}`;
  say(heading, name(office.name));
  const board = boards.get(office.id);
  const news = board ? opening(board, office.hours, new Date()) : null;
  element.querySelector('.opening').hidden = !news;
  say(element.querySelector('.opening'), news ? t(news.key, news.params) : '');
  const group = element.querySelector('.office-counters');
  group.setAttribute('role', 'radiogroup');
  group.setAttribute('aria-labelledby', heading.id);
  keyed(group, counters, ({ id }) => id, () => copy('#choice-template'), (label, counter) => drawChoice(label, office, counter));
}

function drawChoice(label, office, counter) {
  const input = label.querySelector('input');
  input.value = `${office.id}/${counter.id}`;
  // What someone has chosen stays chosen, for it may give numbers again; and what has the focus keeps it.
  input.disabled = !isOpen(counter) && !input.checked && input !== document.activeElement;
  label.dataset.open = isOpen(counter);
  say(label.querySelector('.choice-name'), name(counter.name));
  const status = label.querySelector('.status');
  status.dataset.tone = isOpen(counter) ? 'good' : 'calm';
  if (!isOpen(counter)) say(status, t(`booking.ticketing.${counter.ticketing}`));
  else say(status, counter.waiting === 0 ? t('common.nobody') : t('booking.waiting', { count: counter.waiting }));
  label.querySelector('.choice-wait').hidden = !isOpen(counter);
  if (isOpen(counter)) showWait(label.querySelector('.wait'), counter.wait, i18n);
  const more = label.querySelector('.choice-more');
  say(more, moreAbout(counter));
  more.hidden = more.textContent === '';
}

/** Why it is paused, or how many numbers it still gives, where its staff said so; and what is to be known of its wait. */
function moreAbout(counter) {
  const { ticketing, pausedFor, left, wait } = counter;
  if (ticketing === 'paused' && pausedFor) return name(pausedFor);
  if (!isOpen(counter)) return '';
  const parts = [chanceText(wait, i18n), ...waitNotes(wait, i18n), left === null ? '' : t('common.left', { count: left })];
  return parts.filter(Boolean).join(' · ');
}

function drawMine() {
  const mine = myTickets();
  find('#mine').hidden = mine.length === 0;
  keyed(find('#mine-list'), mine, ({ id }) => id, () => copy('#mine-template'), (item, ticket) => {
    const office = offices.find(({ id }) => id === ticket.office);
    const counter = office?.counters.find(({ id }) => id === ticket.counter);
    item.querySelector('a').href = `/t/${ticket.id}`;
    say(item.querySelector('.number'), String(ticket.number));
    say(item.querySelector('.mine-office'), counter ? `${name(office.name)} · ${name(counter.name)}` : '');
  });
}

/** Someone who has a number for this already should know before taking another. */
function drawAgain() {
  const wish = chosen();
  const same = wish && myTickets().find((ticket) => ticket.office === wish.office && ticket.counter === wish.counter);
  find('#again').hidden = !same;
  say(find('#again'), same ? t('booking.again', { number: same.number }) : '');
}

/** When it is quiet at the counter that is chosen: whoever books can choose when to come. */
function drawQuietHours() {
  const wish = chosen();
  find('#quiet-hours').hidden = !wish;
  if (!wish) return;
  quietHours.about(wish.office, wish.counter);
  quietHours.show(boards.get(wish.office) ?? null);
}

/** The wait of a counter as its board has it; null where that can't be said. */
function waitOf({ office, counter }) {
  return boards.get(office)?.counters.find(({ id }) => id === counter)?.wait ?? null;
}

/** What the address asks for, or the only thing there is; once, when the first boards have come. */
function preselect() {
  if (chosen()) return;
  const address = new URLSearchParams(location.search);
  const open = [...form.querySelectorAll('input[name="counter"]:enabled')];
  const wanted = `${address.get('office')}/${address.get('counter') ?? ''}`;
  const match = open.find((input) => input.value.startsWith(wanted)) ?? (open.length === 1 ? open[0] : null);
  if (match) match.checked = true;
  rememberChoice();
}

async function take(wish) {
  if (requests.inFlight) return;
  problem = null;
  showAsking(true);
  try {
    const ticket = await requests.send(wish);
    rememberTicket(ticket);
    location.assign(`/t/${ticket.id}?lang=${i18n.lang}`);
  } catch (refusal) {
    showAsking(false);
    tell(REFUSALS[refusal.code] ?? (requests.unanswered ? 'booking.problem.no_answer' : 'booking.problem.other'));
  }
}

/** Says why there is no number, where whoever asked for one will notice it. */
function tell(key, isOver = () => false) {
  problem = { key, isOver };
  draw();
  focusOn(find('#problem'));
  find('#problem').scrollIntoView({ block: 'center' });
}

function showAsking(on) {
  find('#asking').hidden = !on;
  form.hidden = on;
  if (on) find('#asking h2').focus();
}

function onGone({ detail: id }) {
  boards.delete(id);
}

function onOffices() {
  offices = known.list;
  draw();
}

/** Hears of every office with an online counter; on another line where there are others. */
function listen() {
  const online = offices.filter(({ counters }) => counters.some((counter) => counter.online));
  const query = online.map(({ id }) => `office=${id}`).join('&');
  if (query === listenedTo) return;
  listenedTo = query;
  live?.stop();
  unwatch();
  find('#stale').hidden = true;
  if (query === '') return;
  live = new Live(`/api/v1/live?${query}`);
  known.follow(live);
  live.addEventListener('status', ({ detail }) => {
    // Closed for good: whichever offices are read next are listened to, be they the same.
    if (detail.final) listenedTo = '';
  });
  live.addEventListener('frame', ({ detail: board }) => {
    const isFirst = !boards.has(board.office);
    if (!newer(boards.get(board.office), board)) return;
    boards.set(board.office, board);
    draw();
    if (isFirst) {
      preselect();
      draw();
    }
  });
  unwatch = showStaleness(live, find('#stale'));
  live.start();
}

find('#quiet-hours').append(quietHours.element);
form.addEventListener('change', () => {
  problem = null;
  rememberChoice();
  draw();
});
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const choice = chosen();
  if (!choice) return tell('booking.problem.choose', () => chosen() !== null);
  const reason = () => whyNot(boards.get(choice.office), choice.counter);
  if (reason()) return tell(reason(), () => reason() === null);
  if (!(await late.isWanted(() => waitOf(choice)))) return quietHours.open();
  take({ ...choice, body: { channel: 'online', priority: form.elements.priority.value, lang: i18n.lang } });
});
i18n.addEventListener('change', draw);
setInterval(draw, CLOCK_MS);
// A page that comes back from the browser's memory shows what it was when it was left.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

await startLanguage(navigator.languages);
form.hidden = false;
// A number that was asked for before a reload and has had no answer is asked for again: the same key, the same ticket.
if (requests.unanswered) take(requests.unanswered);
known.addEventListener('gone', onGone);
known.addEventListener('change', onOffices);
known.addEventListener('read', listen);
known.renew();
if (!known.known) problem = { key: 'common.problem', isOver: () => known.known };
