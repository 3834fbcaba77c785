/** The console: sign in, open a window, work. */

import { api } from '../../lib/api.js';
import { find, say, showView } from '../../lib/dom.js';
import { i18n, name, startLanguage, t } from '../../lib/i18n.js';
import '../../lib/lang-switch.js';
import { Live, UNKNOWN } from '../../lib/live.js';
import { Offices } from '../../lib/offices.js';
import { showStaleness } from '../../lib/stale-notice.js';
import { keep, recall } from '../../lib/storage.js';
import { ClerkWindow } from './clerk-window.js';
import { OfficeDialog } from './office-dialog.js';
import { ScreensSheet } from './screens-sheet.js';
import { SignInView } from './sign-in-view.js';
import { StaffView } from './staff-view.js';
import { WindowChoiceView } from './window-choice-view.js';
import { lastChoice } from './window-choice.js';

const KEYS_OFF = 'sunbeon.console.keys-off';
const AGAIN_MS = 3_000;
/** A clerk who calls on an old picture, or can't call, is noticed by a whole lobby. */
const BEAT_S = 3;
const LONGEST_PAUSE_S = 5;
const NOT_ALLOWED = new Set([4401, 4403]);

const sections = document.querySelectorAll('.view');
const keys = find('#keys');
const signIn = new SignInView(onSignedIn);
const windowChoice = new WindowChoiceView(listen, startWork, () => signedOut('console.sign_in.again'));
const officeDialog = new OfficeDialog(() => signedOut('console.sign_in.again'));
const staffView = new StaffView(() => keys.checked);
const screens = new ScreensSheet();
let session = null;
/** The city's offices; they are read again when an admin has edited the city. */
const offices = new Offices({ longestPause: LONGEST_PAUSE_S });
let office = null;
let frame = null;
let live = null;
let unwatch = () => {};
let clerkWindow = null;

const show = (id) => {
  showView(sections, find(`#${id}`));
  document.body.dataset.view = id;
  find('#keys-label').hidden = id !== 'staff-view';
  find('#office-open').hidden = id === 'sign-in';
};

// Who is here.

async function onSignedIn(who) {
  session = who;
  find('#sign-out').hidden = false;
  say(find('#user'), who.user);
  await offices.ready();
  const kept = lastChoice()?.office;
  enter(mayWorkIn().find(({ id }) => id === kept) ?? mayWorkIn()[0]);
}

/** The offices that whoever is signed in may work in, as far as the city has them. */
const mayWorkIn = () => offices.list.filter(({ id }) => session.office === null || session.office === id);

/** Into an office; undefined: there is none that this person may work in. */
function enter(into) {
  if (!into) return signedOut('console.sign_in.office_gone');
  offerOffices(into.id);
  listen(into.id);
}

/** The office at which somebody worked is gone from the city. */
function leaveOffice() {
  const gone = office;
  stopWork();
  stopListening();
  enter(mayWorkIn().find(({ id }) => id !== gone.id));
  if (session) windowChoice.explain({ key: 'console.choose.office_gone', params: { office: gone.name } });
  offices.renew();
}

/** The choice of a window is kept: whoever signs in again goes on there. */
function signedOut(reason) {
  session = null;
  stopWork();
  stopListening();
  screens.attach(null);
  find('#sign-out').hidden = true;
  say(find('#user'), '');
  signIn.explain(reason);
  show('sign-in');
  find('#user-name').focus();
}

async function signOut() {
  if (clerkWindow?.window.state === 'serving') return clerkWindow.tell({ key: 'console.message.finish_first' });
  if (clerkWindow && !(await clerkWindow.press('close'))) return;
  try {
    await api('/session', { method: 'DELETE', retry: AGAIN_MS });
    signedOut(null);
  } catch (problem) {
    console.error(problem);
  }
}

// Which office, which window.

/** Offers the offices that this person may work in, now and whenever they change; `current` is the chosen one's id. */
function offerOffices(current) {
  windowChoice.offer(mayWorkIn(), current);
}

/** An admin has edited the city: other names, counters, windows. */
function onOffices() {
  if (!session || !office) return;
  const before = office;
  office = offices.find(office.id) ?? office;
  offerOffices(office.id);
  staffView.take(office);
  if (clerkWindow) tellGone(before);
  else if (frame) offerWindows();
  drawPlace();
}

/** Tells the clerk which counters of this window are gone since `before`. */
function tellGone(before) {
  const isGone = ({ id }) => clerkWindow.window.counters.includes(id) && !office.counters.some((counter) => counter.id === id);
  const counters = before.counters.filter(isGone).map(({ name: names }) => names);
  if (counters.length > 0) clerkWindow.tell({ key: 'console.message.counters_gone', params: { counters } });
}

function stopListening() {
  live?.stop();
  unwatch();
  live = null;
  officeDialog.close();
  find('#stale').hidden = true;
}

/** Hears what the staff of an office see; the first frame decides whether this computer's window is still open. */
function listen(id) {
  stopListening();
  stopWork();
  windowChoice.clear();
  office = offices.find(id);
  screens.attach(id);
  drawPlace();
  frame = null;
  live = new Live(`/api/v1/offices/${id}/desk/live`, { beat: BEAT_S, longestPause: LONGEST_PAUSE_S });
  live.addEventListener('frame', ({ detail }) => {
    offices.hear(detail);
    hear(detail);
  });
  live.addEventListener('status', ({ detail }) => {
    if (detail.connected) offices.renew();
    if (detail.code === UNKNOWN) leaveOffice();
    if (NOT_ALLOWED.has(detail.code)) signedOut(detail.code === 4401 ? 'console.sign_in.again' : 'console.sign_in.elsewhere');
  });
  unwatch = showStaleness(live, find('#stale'));
  live.start();
}

function hear(next) {
  const first = frame === null;
  frame = next;
  if (first) resumeWork();
  clerkWindow?.hear(frame);
  officeDialog.hear(frame.board);
  const { id, state } = clerkWindow?.window ?? {};
  if (state === 'closed') stopWork();
  if (!clerkWindow) offerWindows();
  const isGone = state === 'closed' && !frame.windows.some((window) => window.id === id);
  if (isGone) windowChoice.explain({ key: 'console.choose.window_gone', params: { window: id } });
}

function resumeWork() {
  const kept = lastChoice();
  const window = kept?.office === office.id && frame.windows.find(({ id }) => id === kept.window);
  if (window && window.state !== 'closed') startWork(window);
}

function offerWindows() {
  windowChoice.show(office, frame.windows);
  show('choose');
  drawPlace();
}

/** Starts work at a window that is open. */
function startWork(window) {
  clerkWindow = new ClerkWindow(window, frame, api);
  clerkWindow.addEventListener('signed-out', () => signedOut('console.sign_in.again'));
  clerkWindow.addEventListener('hurry', () => live.hurry());
  clerkWindow.addEventListener('reread', () => {
    live.stop();
    live.start();
  });
  staffView.attach(clerkWindow, office);
  show('staff-view');
  drawPlace();
  find('#next').focus({ preventScroll: true });
}

function stopWork() {
  clerkWindow = null;
  staffView.attach(null, null);
}

function drawPlace() {
  const parts = office && session ? [name(office.name)] : [t('console.title')];
  if (clerkWindow) parts.push(t('common.window', { window: clerkWindow.window.id }));
  say(find('#place'), parts.join(' · '));
  document.title = parts.reverse().join(' · ');
}

// The page itself.

offices.addEventListener('change', onOffices);
i18n.addEventListener('change', () => {
  drawPlace();
  signIn.draw();
  windowChoice.draw();
  staffView.draw();
  officeDialog.draw();
  screens.draw();
});
find('#office-open').addEventListener('click', () => officeDialog.open(office, frame?.board ?? null));
find('#sign-out').addEventListener('click', signOut);
keys.checked = !recall(KEYS_OFF);
keys.addEventListener('change', () => keep(KEYS_OFF, keys.checked ? null : true));

await startLanguage();
try {
  await onSignedIn(await api('/session', { retry: 10_000 }));
} catch {
  signedOut(null);
}
