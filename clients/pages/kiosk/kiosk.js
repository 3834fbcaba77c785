/** The kiosk: one press, one number; or a scan, and an online ticket has arrived. */

import { api } from '../../lib/api.js';
import { newer } from '../../lib/board.js';
import { find, say, showView } from '../../lib/dom.js';
import { i18n, startLanguage, t } from '../../lib/i18n.js';
import '../../lib/lang-switch.js';
import { Live } from '../../lib/live.js';
import { Offices } from '../../lib/offices.js';
import { showStaleness } from '../../lib/stale-notice.js';
import { TicketRequests } from '../../lib/ticket-requests.js';
import { timeOfDay } from '../../lib/time.js';
import { arrive } from './arrival.js';
import { ClosedView, isClosed } from './closed-view.js';
import { Countdown } from './countdown.js';
import { deviceHeaders, deviceKey, enrol, forgetDeviceKey } from './device.js';
import { watchHeadphones } from './headphones.js';
import { press } from './keypad.js';
import { messageOf, MessageView } from './message-view.js';
import { NoticesView } from './notices-view.js';
import { Reading } from './reading.js';
import { ResultView } from './result-view.js';
import { Scanner, ticketId } from './scanner.js';
import { timeFactor, resetScreenSettings, startScreenSettings } from './screen-settings.js';
import { SetupView } from './setup-view.js';
import { Speech } from './speech.js';
import { StartView } from './start-view.js';

const RESULT_SECONDS = 15;
const MORE_SECONDS = 60;
const UNTOUCHED_SECONDS = 60;
const SLOW_MS = 3_000;
const BEAT_S = 3;
const LONGEST_PAUSE_S = 5;
const KEY_REFUSED = { 401: 'unknown', 403: 'another' };

const officeId = location.pathname.split('/').filter(Boolean).at(-1);
const sections = document.querySelectorAll('.view');
const requests = new TicketRequests(api, { headers: deviceHeaders });
const scanner = new Scanner();
const start = new StartView(issue);
const result = new ResultView();
const closed = new ClosedView();
const message = new MessageView();
const notices = new NoticesView();
const setup = new SetupView(officeId, startAnew);
const closing = new Countdown(RESULT_SECONDS);
const untouched = new Countdown(UNTOUCHED_SECONDS);
const reading = new Reading(new Speech(), () => (isShown('start') ? find('#counters').children.length : 0));
const offices = new Offices({ longestPause: LONGEST_PAUSE_S });
let office = null;
/** The city has this office no more; it may come back. */
let isGone = false;
let board = null;
let closingSeconds = RESULT_SECONDS;

/** The views in which nobody is in the middle of something. */
const RESTING = ['start', 'closed', 'gone'];

const isShown = (id) => !find(`#${id}`).hidden;

function show(id) {
  showView(sections, find(`#${id}`));
  if (id !== 'start') start.close();
  find('#help').hidden = id !== 'start';
  find('#staff').hidden = id === 'setup';
  draw();
}

const isResting = () => RESTING.some(isShown);

/** Where everybody begins: what one came for, or that the office is closed, or gone. */
function home() {
  if (!deviceKey()) return 'setup';
  if (isGone) return 'gone';
  return office && isClosed(board) ? 'closed' : 'start';
}

/** Ready for the next person: nothing of the last one stays on the screen. */
function startAnew() {
  closing.stop();
  requests.forget();
  result.clear();
  start.reset();
  setup.clear(false);
  reading.stop();
  resetScreenSettings();
  show(home());
}

/** Lets what is shown go in so many seconds, or later for who reads large text. */
function closeIn(seconds) {
  closingSeconds = seconds;
  closing.start(seconds * timeFactor());
}

async function issue(counter) {
  if (requests.inFlight) return;
  untouched.stop();
  closing.stop();
  say(find('#issuing-slow'), '');
  show('issuing');
  const slow = setTimeout(() => say(find('#issuing-slow'), t('kiosk.issuing.slow')), SLOW_MS);
  const body = { channel: 'walk_in', priority: start.priority, lang: i18n.lang };
  try {
    result.show(await requests.send({ office: officeId, counter, body }), office);
  } catch (problem) {
    onRefused(problem, () => issue(counter));
    return;
  } finally {
    clearTimeout(slow);
  }
  show('result');
  await print();
}

/** The clock runs once the paper is out: a browser that asks before it prints holds everything until it is answered. */
async function print() {
  closing.stop();
  say(find('#result-left'), '');
  await result.print();
  if (isShown('result')) closeIn(RESULT_SECONDS);
}

async function onScan(text) {
  if (requests.inFlight || isShown('setup')) return;
  untouched.stop();
  closing.stop();
  const id = ticketId(text);
  try {
    const { outcome, ticket } = id ? await arrive(id, officeId, api, deviceHeaders()) : { outcome: 'unknown', ticket: null };
    tell({
      title: `kiosk.arrival.${outcome}.title`,
      text: outcome === 'arrived' && ticket.ahead === 0 ? 'kiosk.arrival.arrived.next' : `kiosk.arrival.${outcome}.text`,
      params: { count: ticket?.ahead ?? 0, window: ticket?.window ?? '' },
      number: ticket?.number,
    });
  } catch (problem) {
    onRefused(problem, () => onScan(text));
  }
}

function onRefused(problem, retry) {
  if (problem.status in KEY_REFUSED) toSetup(KEY_REFUSED[problem.status]);
  else tell(messageOf(problem, retry));
}

function tell(what) {
  message.show(what);
  show('message');
  closeIn(what.retry ? MORE_SECONDS : RESULT_SECONDS);
}

function toSetup(reason) {
  closing.stop();
  untouched.stop();
  forgetDeviceKey();
  setup.clear(false);
  setup.explain(reason);
  show('setup');
}

/** Staff may give this kiosk another key; the one that it has works until then. */
function toStaff() {
  if (requests.inFlight) return;
  closing.stop();
  setup.clear(true);
  show('setup');
  waitForTouch();
}

/** A screen that nobody touches any more is the next person's. */
function waitForTouch() {
  if (isResting() || (isShown('setup') && deviceKey())) {
    untouched.start(UNTOUCHED_SECONDS * timeFactor());
  }
}

const KEYPAD = {
  home: () => requests.inFlight || startAnew(),
  read: () => setReading(!reading.on),
  again: () => reading.again(),
  louder: () => reading.louder(),
  quieter: () => reading.quieter(),
};

/** Begins or ends reading aloud; from then on there is more time, or less. */
function setReading(on) {
  if (on) reading.start();
  else reading.stop();
  if (closing.running) closeIn(closingSeconds);
  waitForTouch();
}

/** The office has closed or opened, has gone or is back, or there is something else to draw. */
function onNews() {
  const turned = isResting() && !isShown(home());
  if (turned && isShown('start')) startAnew();
  else if (turned) show(home());
  else draw();
}

function draw() {
  if (office) start.draw(office, board);
  if (office && board) closed.draw(office, board);
  notices.draw(isShown('start') || isShown('closed') ? board?.notices ?? [] : []);
  result.draw();
  message.draw();
  reading.draw();
  say(find('#clock'), timeOfDay(new Date()));
}

const live = new Live(`/api/v1/live?office=${officeId}`, { beat: BEAT_S, longestPause: LONGEST_PAUSE_S });
live.addEventListener('frame', ({ detail }) => {
  if (!newer(board, detail)) return;
  board = detail;
  isGone = false;
  onNews();
});
offices.addEventListener('gone', ({ detail }) => {
  if (detail !== officeId) return;
  // If it comes back, its boards may count from the beginning.
  board = null;
  isGone = true;
  onNews();
});
offices.addEventListener('change', () => {
  office = offices.find(officeId) ?? office;
  onNews();
});
offices.follow(live, officeId);
showStaleness(live, find('#stale'));

closing.addEventListener('tick', () => {
  for (const place of ['#result-left', '#message-left']) say(find(place), `${closing.left}`);
});
closing.addEventListener('end', startAnew);
untouched.addEventListener('end', startAnew);
find('#result-print').addEventListener('click', print);
find('#result-more').addEventListener('click', () => closeIn(MORE_SECONDS));
find('#result-done').addEventListener('click', startAnew);
find('#message-done').addEventListener('click', startAnew);
find('#setup-back').addEventListener('click', startAnew);
find('#reset').addEventListener('click', () => requests.inFlight || startAnew());
find('#staff').addEventListener('click', toStaff);

window.addEventListener('contextmenu', (event) => event.preventDefault());
window.addEventListener('pointerdown', waitForTouch);
window.addEventListener(
  'keydown',
  (event) => {
    waitForTouch();
    press(event, event.target === find('#key'), KEYPAD);
    if (event.target === find('#key')) return;
    const read = scanner.press(event, event.timeStamp);
    if (read === null) return;
    // The scanner's Enter must not press the button that happens to have the focus.
    event.preventDefault();
    event.stopPropagation();
    onScan(read);
  },
  { capture: true },
);
i18n.addEventListener('change', draw);
setInterval(draw, 5_000);

startScreenSettings(() => {
  if (closing.running) closeIn(closingSeconds);
  waitForTouch();
  draw();
});
await startLanguage();
show(home());
waitForTouch();
live.start();
watchHeadphones(navigator.mediaDevices, { onPlugged: () => setReading(true), onPulled: () => setReading(false) });
if (deviceKey()) {
  // A key that this browser has works until it is refused: a kiosk starts even while the service is away.
  const refused = await enrol(deviceKey(), officeId).catch(() => null);
  if (refused) toSetup(refused);
}
