/** One ticket's page: my place in line, what to do now, and the call. */

import { api, newKey } from '../../lib/api.js';
import { newer } from '../../lib/board.js';
import { ask } from '../../lib/dialog-sheet.js';
import { find, focusOn, keepFocus, say } from '../../lib/dom.js';
import { i18n, name, startLanguage, t } from '../../lib/i18n.js';
import '../../lib/lang-switch.js';
import { Live, UNKNOWN } from '../../lib/live.js';
import { forgetTicket } from '../../lib/my-tickets.js';
import { drawNotices, inLanguage } from '../../lib/notices.js';
import { Offices } from '../../lib/offices.js';
import { chanceText } from '../../lib/served-today.js';
import { showStaleness } from '../../lib/stale-notice.js';
import { timeOfDay } from '../../lib/time.js';
import { waitNotes, waitSpoken } from '../../lib/wait.js';
import { showWait } from '../../lib/wait-line.js';
import { Alarm } from './alarm.js';
import { actions, arrives, clockFace, ended, hasWait, rings, scene, secondsLeft, tells } from './scene.js';

const LOUD = new Set(['called', 'turn_passed']);
const DEADLINE_MS = 8_000;

const id = location.pathname.split('/').filter(Boolean).at(-1);
const path = `/tickets/${encodeURIComponent(id)}`;
const alarm = new Alarm();
/** Read once for the names, and again when the office's board is of another revision. */
const offices = new Offices({ every: null });
const drawNotice = inLanguage(i18n);
let ticket = null;
/** The office's board, for its notices, and the line that brings it while the ticket isn't over. */
let board = null;
let boardLine = null;
let problemKey = null;
let isGone = false;
/** The ticket's Office as it was last read, and its names where it is the office that is gone. */
let place = null;
let goneOffice = null;
let busy = false;
let rung = 0;
/** How often the ticket was heard of. */
let heard = 0;

function draw() {
  keepFocus(drawAll, find(isGone ? '#gone-title' : '#scene-title'));
}

function drawAll() {
  say(find('#problem'), problemKey ? t(problemKey) : '');
  find('#problem').hidden = problemKey === null;
  find('#gone').hidden = !isGone;
  if (isGone) drawGone();
  if (!ticket) return;
  const now = scene(ticket);
  document.body.dataset.scene = now;
  find('#ticket').hidden = false;
  drawPlace();
  drawScene(now);
  drawActions();
  drawNotices(find('#notices'), board?.notices ?? [], drawNotice);
  say(find('#issued'), t('ticket.issued', { day: ticket.day, time: timeOfDay(ticket.issued_at) }));
  alarm.title(t('ticket.tab', { number: ticket.number }), LOUD.has(now) ? title(now) : null);
}

function drawGone() {
  for (const part of ['#ticket', '#notices', '#alerts', '#qr-card', '#more', '#stale']) find(part).hidden = true;
  find('#again').hidden = false;
  import('../../lib/office-links.js');
  delete document.body.dataset.scene;
  const title = goneOffice ? t('ticket.gone.office', { office: name(goneOffice) }) : t('ticket.gone.title');
  say(find('#gone-title'), title);
  say(find('#gone-text'), t(goneOffice ? 'ticket.gone.office_text' : 'ticket.gone.text'));
  alarm.title(title);
}

function title(now) {
  return t(`ticket.scene.${now}.title`, { count: ticket.ahead ?? 0, window: ticket.window ?? '' });
}

function drawPlace() {
  place = offices.find(ticket.office) ?? place;
  const office = offices.find(ticket.office);
  const counter = office?.counters.find(({ id }) => id === ticket.counter);
  say(find('#office'), office ? name(office.name) : '');
  say(find('#counter'), counter ? name(counter.name) : '');
  say(find('#number'), String(ticket.number));
}

function drawScene(now) {
  say(find('#scene-title'), title(now));
  say(find('#scene-text'), t(`ticket.scene.${now}.text`, { window: ticket.window ?? '' }));
  const inLine = ticket.state === 'waiting';
  find('#ahead').hidden = !inLine || ticket.ahead === null || now === 'turn_passed' || now === 'next';
  say(find('#ahead-count'), t('ticket.people', { count: ticket.ahead ?? 0 }));
  drawWait();
  find('#window').hidden = ticket.state !== 'called';
  say(find('#window'), ticket.state === 'called' ? t('ticket.window', { window: ticket.window }) : '');
  const recalled = ticket.state === 'called' && ticket.recalls > 0;
  find('#badge').hidden = !recalled && !(inLine && ticket.arrived && ticket.channel === 'online');
  find('#badge').dataset.tone = recalled ? 'warn' : 'good';
  say(find('#badge'), recalled ? t('ticket.recalled', { count: ticket.recalls }) : t('ticket.arrived'));
  drawCountdown();
}

function drawWait() {
  find('#wait-row').hidden = !hasWait(ticket);
  if (!hasWait(ticket)) return;
  showWait(find('#wait'), ticket.wait, i18n);
  const more = [chanceText(ticket.wait, i18n), ...waitNotes(ticket.wait, i18n)];
  say(find('#wait-more'), more.filter(Boolean).join(' · '));
}

function drawCountdown() {
  const left = ticket?.turn_passed && ticket.state === 'waiting' ? secondsLeft(ticket, Date.now()) : null;
  find('#countdown').hidden = left === null;
  if (left !== null) say(find('#countdown'), clockFace(left));
}

function drawActions() {
  const can = actions(ticket);
  find('#arrive').hidden = !can.arrive;
  find('#arrive').setAttribute('aria-disabled', busy);
  find('#more').hidden = !can.cancel;
  find('#cancel').setAttribute('aria-disabled', busy);
  find('#again').hidden = !ended(ticket);
  find('#alerts').hidden = ended(ticket) || ticket.state === 'called';
  find('#qr-card').hidden = ticket.state !== 'waiting' && ticket.state !== 'held';
  say(find('#qr-text'), t(can.arrive ? 'ticket.qr.arrive' : 'ticket.qr.follow'));
}

/** Takes the ticket as it is now: draws it, and rings or speaks if that is news. */
function hear(next) {
  const before = ticket;
  heard += 1;
  ticket = next;
  problemKey = null;
  if (ended(ticket)) stopListening();
  else listenToOffice();
  if (!before) find('#qr').src = `/t/${encodeURIComponent(id)}/qr.svg`;
  draw();
  if (tells(before, ticket)) say(find('#spoken'), spoken(before));
  if (rings(before, ticket)) {
    rung += 1;
    find('#ticket').dataset.ring = rung % 2 ? 'odd' : 'even';
    alarm.ring();
    window.scrollTo({ top: 0, behavior: 'smooth' });
  }
  if (ended(ticket)) {
    forgetTicket(ticket.id);
    alarm.switchOff();
    drawAlert();
  }
}

/** Hears of the office's notices, and of its other names. */
function listenToOffice() {
  if (boardLine) return;
  const office = encodeURIComponent(ticket.office);
  boardLine = new Live(`/api/v1/live?office=${office}`, { probe: `/api/v1/offices/${office}/board` });
  boardLine.addEventListener('frame', ({ detail }) => {
    if (!newer(board, detail)) return;
    board = detail;
    draw();
  });
  offices.follow(boardLine, ticket.office);
  boardLine.start();
}

function stopListening() {
  boardLine?.stop();
  boardLine = board = null;
}

/** A recall says the same words: its count makes them new to a screen reader. */
function spoken(before) {
  const isArrival = arrives(before, ticket);
  const words = isArrival ? [t('ticket.told.arrived')] : [];
  if (!isArrival || ticket.ahead === 0) words.push(title(scene(ticket)));
  if (ticket.state === 'waiting' && ticket.ahead > 0) words.push(t('ticket.ahead_spoken', { count: ticket.ahead }));
  if (hasWait(ticket) && ticket.wait) words.push(t('ticket.wait_spoken', { wait: waitSpoken(ticket.wait, i18n) }));
  if (ticket.recalls > 0 && ticket.state === 'called') words.push(t('ticket.recalled', { count: ticket.recalls }));
  return words.join('. ');
}

/**
 * Asks the API for the ticket, and hears the answer unless a frame has come meanwhile. The frame may be the newer one of
 * the two; where it is not, a newer one follows it.
 */
async function request(where, options) {
  const before = heard;
  const answer = await api(where, { ...options, retry: DEADLINE_MS });
  if (heard === before) hear(answer);
}

async function send(where, method) {
  if (busy) return;
  busy = true;
  drawActions();
  try {
    await request(where, { method, key: newKey() });
    // What was pressed is gone, and whoever pressed it hears what came of it.
    focusOn(find('#badge').hidden ? find('#scene-title') : find('#badge'));
  } catch (problem) {
    await onRefused(problem);
  } finally {
    busy = false;
    if (ticket) drawActions();
  }
}

/** Refused because the ticket has moved on: then it is shown as it is. Otherwise what to do is said. */
async function onRefused(problem) {
  if (problem.status === 404) return showGone();
  if (problem.code === 'move_not_allowed') {
    await load();
    problemKey = 'ticket.problem.moved_on';
  } else {
    problemKey = problem.status === 0 || problem.status >= 500 ? 'ticket.problem.no_answer' : 'ticket.problem.other';
  }
  draw();
  if (problemKey) focusOn(find('#problem'));
}

async function load() {
  try {
    await request(path);
  } catch (problem) {
    if (problem.status === 404) showGone();
    else if (!ticket) {
      problemKey = 'ticket.problem.no_answer';
      draw();
    }
  }
}

function showGone() {
  live.stop();
  stopListening();
  unwatch();
  alarm.switchOff();
  forgetTicket(id);
  // It may be its office that is gone.
  if (ticket) offices.renew();
  ticket = problemKey = null;
  isGone = true;
  draw();
}

function drawAlert() {
  find('#alert').setAttribute('aria-pressed', alarm.on);
  find('#alert-word').dataset.t = alarm.on ? 'ticket.alert.off' : 'ticket.alert.on';
  say(find('#alert-word'), t(find('#alert-word').dataset.t));
}

const live = new Live(`/api/v1${path}/live`, { probe: `/api/v1${path}` });
live.addEventListener('frame', ({ detail }) => hear(detail));
offices.addEventListener('gone', ({ detail }) => {
  if (detail !== place?.id) return;
  goneOffice = place.name;
  draw();
});
offices.addEventListener('change', draw);
live.addEventListener('status', ({ detail }) => {
  if (detail.code === UNKNOWN) showGone();
});
const unwatch = showStaleness(live, find('#stale'));

find('#arrive').addEventListener('click', () => send(`${path}/arrive`, 'POST'));
find('#cancel').addEventListener('click', async () => {
  if ((await ask(find('#cancel-dialog'))) === 'yes') send(path, 'DELETE');
});
find('#alert').addEventListener('click', async () => {
  if (alarm.on) alarm.switchOff();
  else await alarm.switchOn();
  drawAlert();
});
i18n.addEventListener('change', draw);
setInterval(drawCountdown, 1_000);

await startLanguage(navigator.languages);
offices.renew();
live.start();
load();
