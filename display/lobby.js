/**
 * The lobby board of an office, or of a share of its windows, or the sign of one window. It runs for months without a
 * touch.
 *
 * Every frame redraws the screen. Calls stand as long as the board says so, and are spoken one after another.
 */

import { newer } from '../clients/lib/board.js';
import { i18n } from '../clients/lib/i18n.js';
import { Live } from '../clients/lib/live.js';
import { Offices } from '../clients/lib/offices.js';
import { showStaleness } from '../clients/lib/stale-notice.js';
import { Announcements } from './announcements.js';
import { showAsOf, startClock } from './clock.js';
import { noticeOf } from './elsewhere.js';
import { ElsewhereWatch } from './elsewhere-watch.js';
import { NoticePages } from './notice-pages.js';
import { settingsOf } from './settings.js';
import { asked } from './share.js';
import { SignView } from './sign-view.js';
import { sayOfSound, soundOf, startSound } from './sound.js';
import { Spoken } from './spoken.js';
import { Upkeep } from './upkeep/upkeep.js';
import { View } from './view.js';
import { FIRST_LANGUAGES, TURN_MS, Words } from './words.js';

const RETRY_MS = 5_000;
/** Nobody stands beside a wall to see that it has frozen. */
const BEAT_S = 3;
const LONGEST_PAUSE_S = 5;

const byId = (id) => document.getElementById(id);
const screen = asked(location);
/** One more language than those of the office. */
const extra = new URLSearchParams(location.search).get('lang');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Repeats what can't do without an answer until it has one. */
async function untilItWorks(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      console.error(error);
      await pause(RETRY_MS);
    }
  }
}

const withExtra = (languages) => (extra && !languages.includes(extra) ? [...languages, extra] : languages);

/** Languages take turns where there is no room for all of them. */
function startTurns(words) {
  const turn = () => Object.assign(document.body.dataset, words.next());
  turn();
  setInterval(turn, TURN_MS);
}

/** Says on the whole screen why there is no board. */
function showMessage(words, key) {
  byId('wall').hidden = byId('sign').hidden = true;
  words.say(byId('message'), key);
  byId('message').hidden = false;
  document.body.dataset.gone = 'true';
}

/** The part of the office that this screen shows; null where it has none of these windows, or is gone. */
function shownOffice() {
  const office = offices.find(screen.office);
  const part = office && screen.share.ofOffice(office);
  return part && part.windows.length > 0 ? part : null;
}

const absence = () => (offices.find(screen.office) ? 'display.no_window' : 'display.gone');

function startBoard(words) {
  let office = shownOffice();
  let board = null;
  let stopStaleness = () => {};
  const view = screen.window === null ? new View(words, office) : new SignView(words, office, screen.window);
  const spoken = new Spoken(byId('spoken'), words);
  const notices = new NoticePages((page) => view.showNotices(page));

  // The sign of a window is silent: the lobby's board speaks for it.
  const announcements = new Announcements((call) => speaker?.say(call));

  /** What the staff say, and where it is quicker. */
  const allNotices = () => {
    const { shown } = elsewhere;
    const line = shown && view.hasRoom && noticeOf(shown, office, offices.find(shown.office), noticeWords.all);
    return line ? [...board.notices, line] : board.notices;
  };

  const draw = () => {
    view.show(screen.share.ofBoard(board, office), announcements.standing);
    upkeep.shows(board, office);
    notices.show(allNotices());
    showAsOf(words, board);
  };

  // A screen that can't know what is true here can't say that it is quicker there.
  const elsewhere = new ElsewhereWatch(
    () => (board && office && live.current && settingsOf(board).nearby ? { office, offices: offices.list, board } : null),
    () => board && office && draw(),
  );

  const watchStaleness = () => {
    stopStaleness();
    const stops = words.all.slice(0, 2).map((one, i) => showStaleness(live, byId(`stale-${i}`), one));
    stopStaleness = () => stops.forEach((stop) => stop());
  };

  const speakLanguages = async () => {
    if (!(await words.use(withExtra(settingsOf(board).languages)))) return;
    view.title();
    watchStaleness();
    sayOfSound(words);
    draw();
  };

  const onBoard = (next) => {
    if (!newer(board, next)) return;
    board = next;
    office = shownOffice();
    if (!office) return;
    speaker?.use(soundOf(board));
    spoken.add(announcements.take(screen.share.ofBoard(board, office)));
    draw();
    speakLanguages().catch(console.error);
  };

  const onGone = ({ detail: id }) => {
    if (id !== screen.office) return;
    // If it comes back, its boards may count from the beginning.
    board = null;
    announcements.forget();
    showMessage(words, 'display.gone');
  };

  const onOffices = () => {
    office = shownOffice();
    if (!office) return showMessage(words, absence());
    view.setOffice(office);
    if (board) draw();
  };

  const live = new Live(`/api/v1/live?office=${encodeURIComponent(screen.office)}`, {
    beat: BEAT_S,
    longestPause: LONGEST_PAUSE_S,
  });
  live.addEventListener('frame', ({ detail: frame }) => {
    switch (frame.type) {
      case 'board':
        return onBoard(frame);
      default:
        throw new Error(`a lobby board has no use for a ${frame.type} frame`);
    }
  });
  live.addEventListener('status', () => board && office && notices.show(allNotices()));
  announcements.addEventListener('change', () => board && office && draw());
  offices.addEventListener('gone', onGone);
  offices.addEventListener('change', onOffices);
  offices.follow(live, screen.office);
  watchStaleness();
  live.start();
  if (screen.window === null) elsewhere.start();
}

let speaker = null;
const upkeep = new Upkeep({
  office: screen.office,
  sound: () => speaker?.state ?? 'off',
  announce: (call) => speaker?.say(call),
});
upkeep.start();
const words = new Words();
await untilItWorks(() => words.use(withExtra(FIRST_LANGUAGES)));
/** Notices are in Korean and English, whatever else is shown. */
const noticeWords = new Words();
await untilItWorks(() => noticeWords.use(FIRST_LANGUAGES));
// A demo's banner speaks the page's own language.
untilItWorks(() => i18n.load(words.all[0].lang));
startClock(words);
startTurns(words);
words.say(byId('office'), 'start.screen.display');
words.say(byId('message'), 'common.connecting');
byId('follow-code').src = `/display/${encodeURIComponent(screen.office)}/qr.svg`;
// A service that was not told its public address has no code.
byId('follow-code').addEventListener('error', () => byId('follow').classList.add('missing'));
if (screen.window === null) speaker = startSound(words);
const offices = new Offices({ longestPause: LONGEST_PAUSE_S });
const begin = () => {
  if (!shownOffice()) {
    showMessage(words, absence());
    return offices.need();
  }
  offices.removeEventListener('read', begin);
  startBoard(words);
};
if (screen.share === null) {
  showMessage(words, 'display.bad_windows');
} else {
  offices.addEventListener('read', begin);
  offices.renew();
}
