/**
 * The lobby board of one office: what was called, where, and how many wait. It runs for months without a touch.
 *
 * Every frame redraws all but the hero; calls that weren't announced yet go through the announcer, one after another.
 */

import { newCalls, newer } from '../clients/lib/board.js';
import { i18n } from '../clients/lib/i18n.js';
import { Live } from '../clients/lib/live.js';
import { Offices } from '../clients/lib/offices.js';
import { showStaleness } from '../clients/lib/stale-notice.js';
import { timeOfDay } from '../clients/lib/time.js';
import { askForSound } from '../clients/lib/voice/sound-question.js';
import { Speaker } from '../clients/lib/voice/speaker.js';
import { Announcer, fresh } from './announcer.js';
import { NoticePages } from './notice-pages.js';
import { Upkeep } from './upkeep/upkeep.js';
import { View } from './view.js';
import { Words } from './words.js';

const RETRY_MS = 5_000;
/** Nobody stands beside a wall to see that it has frozen. */
const BEAT_S = 3;
const LONGEST_PAUSE_S = 5;

const byId = (id) => document.getElementById(id);
const officeId = decodeURIComponent(location.pathname.split('/').filter(Boolean).at(-1));
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

/** The clock at the top: redrawn as each minute of the city begins. */
function startClock(words) {
  const tick = () => {
    const now = new Date();
    const time = timeOfDay(now);
    byId('time').textContent = time;
    words.fill(byId('date'), ({ lang }) => {
      const weekday = lang === 'ko' ? 'long' : 'short';
      const options = { timeZone: 'Asia/Seoul', month: 'long', day: 'numeric', weekday };
      return new Intl.DateTimeFormat(lang, options).format(now);
    });
    setTimeout(tick, 60_000 - (now % 60_000));
  };
  tick();
}

/** What there is to say of sound: that the browser wants a touch, or that the voice is missing, and how to get it. */
function startSound(words) {
  const speaker = new Speaker();
  words.say(byId('sound'), 'display.sound');
  words.say(byId('voice-missing'), 'display.voice_missing');
  askForSound(speaker, byId('sound'));
  const show = () => {
    byId('voice-missing').hidden = speaker.state !== 'missing';
  };
  speaker.addEventListener('change', show);
  show();
  return speaker;
}

/** How an office wants its lobby to sound. */
function spokenBy({ voice, volume, quiet_hours: quietHours } = {}) {
  return { languages: voice, volume, quietHours };
}

function startBoard(words, offices, speaker) {
  const view = new View(words, offices.find(officeId));
  let board = null;
  let seen = null;

  const announcer = new Announcer({
    show: (call) => {
      view.showAnnouncement(call);
      speaker.say(call);
    },
    rest: () => board && view.showRest(board),
  });

  const notices = new NoticePages((page) => view.showNotices(page));

  const draw = () => {
    view.showBoard(board);
    upkeep.shows(board, offices.find(officeId));
    notices.show(board.notices);
    if (announcer.current === null) view.showRest(board);
  };

  const onBoard = (next) => {
    if (!newer(board, next)) return;
    const news = newCalls(seen, next);
    seen = news.seen;
    board = next;
    speaker.use(spokenBy(board.lobby));
    announcer.add(fresh(news.calls, board.at));
    draw();
  };

  const onGone = ({ detail: id }) => {
    if (id !== officeId) return;
    // If it comes back, its boards may count from the beginning.
    board = seen = null;
    showGone(words);
  };

  const onOffices = () => {
    const office = offices.find(officeId);
    if (!office) return;
    view.setOffice(office);
    if (board) draw();
  };

  const query = `office=${encodeURIComponent(officeId)}`;
  const live = new Live(`/api/v1/live?${query}`, { beat: BEAT_S, longestPause: LONGEST_PAUSE_S });
  live.addEventListener('frame', ({ detail: frame }) => {
    switch (frame.type) {
      case 'board':
        return onBoard(frame);
      default:
        throw new Error(`a lobby board has no use for a ${frame.type} frame`);
    }
  });
  offices.addEventListener('gone', onGone);
  offices.addEventListener('change', onOffices);
  offices.follow(live, officeId);
  words.all.slice(0, 2).forEach((one, i) => showStaleness(live, byId(`stale-${i}`), one));
  live.start();
}

/** The wall of an office that the city has no more, or not yet: it waits until it has. */
function showGone(words) {
  byId('wall').hidden = true;
  words.say(byId('message'), 'display.gone');
  byId('message').hidden = false;
  document.body.dataset.gone = 'true';
}

let speaker = null;
const upkeep = new Upkeep({
  office: officeId,
  sound: () => (speaker?.state === 'on' ? 'on' : 'blocked'),
  announce: (call) => speaker?.say(call),
});
upkeep.start();
const words = await untilItWorks(() => Words.load(new URLSearchParams(location.search).get('lang')));
// A demo's banner speaks the page's own language.
untilItWorks(() => i18n.load(words.all[0].lang));
startClock(words);
words.say(byId('message'), 'common.connecting');
speaker = startSound(words);
const offices = new Offices({ longestPause: LONGEST_PAUSE_S });
const begin = () => {
  if (!offices.find(officeId)) {
    showGone(words);
    return offices.need();
  }
  offices.removeEventListener('read', begin);
  startBoard(words, offices, speaker);
};
offices.addEventListener('read', begin);
offices.renew();
