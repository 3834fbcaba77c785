import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { mock, test } from 'node:test';

import { Problem } from '../../../clients/lib/api.js';
import { I18n } from '../../../clients/lib/i18n.js';
import { chanceText } from '../../../clients/lib/served-today.js';
import { wordsIn } from '../../../clients/lib/voice/sentences.js';
import { waitNotes, waitSpoken } from '../../../clients/lib/wait.js';
import { arrive } from '../../../clients/pages/kiosk/arrival.js';
import { isClosed } from '../../../clients/pages/kiosk/closed-view.js';
import { Countdown } from '../../../clients/pages/kiosk/countdown.js';
import { leadOf, offers, windowsOf } from '../../../clients/pages/kiosk/counters.js';
import { watchHeadphones } from '../../../clients/pages/kiosk/headphones.js';
import { actionOf, neighbour } from '../../../clients/pages/kiosk/keypad.js';
import { character, Scanner, ticketId } from '../../../clients/pages/kiosk/scanner.js';
import { inWords, sentences } from '../../../clients/pages/kiosk/spoken.js';
import { largest } from '../../../clients/pages/kiosk/text-fit.js';

const ADDRESS = 'https://sunbeon.example/t/passport.261123.115.-3PlBf0_UiufE';

/** What a scanner types on a US keyboard; `ime` as the browser reports it while the Korean input method is on. */
function presses(text, { ime = false } = {}) {
  const codes = { '-': 'Minus', _: 'Minus', '/': 'Slash', ':': 'Semicolon', '.': 'Period' };
  const typed = [...text].map((char) => {
    const code = /[0-9]/.test(char) ? `Digit${char}` : (codes[char] ?? `Key${char.toUpperCase()}`);
    return { key: ime ? 'Process' : char, code, shiftKey: /[A-Z_:]/.test(char) };
  });
  return [...typed, { key: 'Enter', code: 'Enter', shiftKey: false }];
}

function read(scanner, keys, { every = 5, from = 1000 } = {}) {
  return keys.map((key, index) => scanner.press(key, from + index * every)).at(-1);
}

test('a fast burst that ends with Enter is a scan, in any input method', () => {
  assert.equal(read(new Scanner(), presses(ADDRESS)), ADDRESS);
  assert.equal(read(new Scanner(), presses(ADDRESS, { ime: true })), ADDRESS);
});

test('a person at the keyboard is no scanner', () => {
  assert.equal(read(new Scanner(), presses(ADDRESS), { every: 120 }), null);
  assert.equal(read(new Scanner(), presses('abc')), null);
});

test('keys pressed long before a scan are not part of it', () => {
  const scanner = new Scanner();
  read(scanner, presses('abcdefgh').slice(0, -1));
  assert.equal(read(scanner, presses(ADDRESS), { from: 5000 }), ADDRESS);
});

test('keys that type nothing count for nothing', () => {
  assert.equal(character({ key: 'Shift', code: 'ShiftLeft', shiftKey: true }), null);
  assert.equal(character({ key: 'Tab', code: 'Tab', shiftKey: false }), null);
});

test('only the address of a ticket page holds a ticket', () => {
  assert.equal(ticketId(ADDRESS), 'passport.261123.115.-3PlBf0_UiufE');
  assert.equal(ticketId(`${ADDRESS}?lang=en`), 'passport.261123.115.-3PlBf0_UiufE');
  for (const text of ['8801234567890', 'https://sunbeon.example/t/', 'https://sunbeon.example/x/abc', 'javascript:/t/abc']) {
    assert.equal(ticketId(text), null, text);
  }
});

const office = {
  counters: [{ id: 'apply', name: { ko: '여권 접수' } }, { id: 'pickup', name: { ko: '여권 교부' } }],
  windows: [
    { id: 1, counters: ['apply'] },
    { id: 2, counters: ['apply'] },
    { id: 3, counters: ['apply'] },
    { id: 4, counters: ['pickup'] },
    { id: 6, counters: ['apply', 'pickup'] },
  ],
};

test('a counter that gives no numbers says why', () => {
  const board = { counters: [{ id: 'apply', waiting: 3, ticketing: 'open' }, { id: 'pickup', waiting: 9, ticketing: 'full' }] };
  assert.deepEqual(
    offers(office, board).map(({ id, waiting, open, reason }) => [id, waiting, open, reason]),
    [['apply', 3, true, null], ['pickup', 9, false, 'full']],
  );
  assert.deepEqual(offers(office, null).map(({ open, reason }) => [open, reason]), [[false, 'unknown'], [false, 'unknown']]);
});

test('a counter tells why it is paused, and how many numbers it still gives', () => {
  const reason = { ko: '점심 교대', en: 'Lunch shift' };
  const board = {
    counters: [
      { id: 'apply', waiting: 3, ticketing: 'paused', paused_for: reason, left: null },
      { id: 'pickup', waiting: 9, ticketing: 'full', paused_for: null, left: 0 },
    ],
  };
  assert.deepEqual(
    offers(office, board).map(({ reason: why, pausedFor, left }) => [why, pausedFor, left]),
    [['paused', reason, null], ['done', null, 0]],
  );
});

test('the keypad leads round all controls, from none of them to the first or the last', () => {
  const items = ['a', 'b', 'c'];
  assert.deepEqual(items.map((item) => neighbour(items, item, 1)), ['b', 'c', 'a']);
  assert.deepEqual(items.map((item) => neighbour(items, item, -1)), ['c', 'a', 'b']);
  assert.deepEqual([1, -1].map((step) => neighbour(items, 'none', step)), ['a', 'c']);
  assert.equal(neighbour([], 'none', 1), undefined);
});

test("no key of the keypad is typed by a scanner, and a text field's own keys stay its own", () => {
  const typed = [...'https://sunbeon.example/t/a_B-9.~?#:', 'Enter', 'Shift', 'Tab'];
  assert.deepEqual(typed.filter((key) => actionOf({ key }, false)), []);
  const asked = { ArrowDown: 'next', ArrowLeft: 'previous', F2: 'read', '*': 'read', F3: 'again', Escape: 'home', PageUp: 'louder' };
  for (const [key, action] of Object.entries(asked)) assert.equal(actionOf({ key }, false), action);
  assert.deepEqual(['ArrowLeft', 'ArrowRight', 'Home', '*'].map((key) => actionOf({ key }, true)), [null, null, null, null]);
  assert.equal(actionOf({ key: 'ArrowDown' }, true), 'next');
  assert.equal(actionOf({ key: 'F2', ctrlKey: true }, false), null);
});

async function words(lang) {
  const texts = JSON.parse(await readFile(new URL(`../../../clients/lib/lang/${lang}.json`, import.meta.url), 'utf8'));
  const i18n = new I18n(async () => texts);
  await i18n.load(lang);
  return { i18n, texts };
}

test('clocks and percentages are read aloud in words', async () => {
  const { i18n: ko } = await words('ko');
  assert.equal(inWords('점심시간 후 (13:00 이후) · 09:30', ko), '점심시간 후 (13시 이후) · 9시 30분');
  assert.equal(inWords('오늘 순서 가능성 65%', ko), '오늘 순서 가능성 65퍼센트');
});

/** The texts with clips, as service/web/spoken_texts.py makes them. */
function clipsOf(texts) {
  const aloud = Object.entries(texts).filter(([key]) => /^(kiosk|wait|served)\.|^common\.(nobody|left)/.test(key));
  const forms = aloud.flatMap(([, text]) => (typeof text === 'object' ? Object.values(text) : [text]));
  return forms.flatMap((text) => text.split(/\{\w+\}/)).map((part) => part.trim()).filter((part) => /[\p{L}\p{N}]/u.test(part));
}

test('every wait can be said with clips', async () => {
  const wait = (minutes, low, high, more) => ({ minutes, low, high, word: 'minutes', resumes: null, served_today: null, ...more });
  const waits = [
    wait(12, 8, 18), wait(1, 0, 2), wait(95, 55, 130), wait(5, 5, 5), wait(0, 0, 3), wait(0, 0, 0, { word: 'now' }),
    wait(65, 50, 75, { word: 'after_closure', resumes: '13:00', provisional: true }), wait(40, 20, 90, { resumes: '13:30', served_today: 0.65 }),
    wait(90, 60, 120, { served_today: 0 }), null,
  ];
  for (const lang of ['ko', 'en']) {
    const { i18n, texts } = await words(lang);
    const clips = clipsOf(texts);
    for (const one of waits) {
      const said = [waitSpoken(one, i18n), ...waitNotes(one, i18n, { aloud: true }), chanceText(one, i18n), chanceText(one, i18n, { short: true })];
      for (const text of said) assert.ok(wordsIn(inWords(text, i18n), clips), `${lang}: ${text}`);
    }
  }
});

test('texts that are read aloud end in a pause each', () => {
  assert.equal(sentences(['번호표 발급', ' ', '앞에 3명', '기다려 주세요.']), '번호표 발급. 앞에 3명. 기다려 주세요.');
});

/** `navigator.mediaDevices` with so many audio outputs. */
class Devices extends EventTarget {
  outputs = 0;

  async enumerateDevices() {
    return Array.from({ length: this.outputs }, (_, id) => ({ kind: 'audiooutput', deviceId: `${id}` }));
  }

  async change(outputs) {
    this.outputs = outputs;
    this.dispatchEvent(new Event('devicechange'));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function heard(...changes) {
  const devices = new Devices();
  const told = [];
  devices.outputs = changes.shift();
  await watchHeadphones(devices, { onPlugged: () => told.push('plugged'), onPulled: () => told.push('pulled') });
  for (const outputs of changes) await devices.change(outputs);
  return told;
}

test('headphones are noticed when they come and go, or whenever something changes where devices have no names', async () => {
  assert.deepEqual(await heard(1, 2, 2, 1), ['plugged', 'pulled']);
  assert.deepEqual(await heard(0, 0), ['plugged']);
  await watchHeadphones(undefined, {});
});

test('windows are written as people read them', () => {
  assert.equal(windowsOf(office, 'apply'), '1–3, 6');
  assert.equal(windowsOf(office, 'pickup'), '4, 6');
});

test('a countdown ticks, can be extended, and ends once', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const countdown = new Countdown(15, { now: () => Date.now() });
  let ended = 0;
  countdown.addEventListener('end', () => ended++);
  countdown.start();
  mock.timers.tick(10_000);
  assert.equal(countdown.left, 5);
  countdown.start(60);
  mock.timers.tick(59_000);
  assert.equal(countdown.left, 1);
  assert.equal(ended, 0);
  mock.timers.tick(5_000);
  assert.equal(ended, 1);
  assert.equal(countdown.left, 0);
  countdown.start();
  countdown.stop();
  mock.timers.tick(60_000);
  assert.equal(ended, 1);
  mock.timers.reset();
});

const waiting = { office: 'passport', state: 'waiting', arrived: false, number: 115, ahead: 2, priority: 'none', priority_confirmed: false };

async function scan(ticket, answer = { ...waiting, arrived: true }) {
  const calls = [];
  const api = async (path, { method = 'GET', headers, body } = {}) => {
    calls.push([method, path, headers, body]);
    const result = method === 'GET' ? ticket : answer;
    if (result instanceof Error) throw result;
    return result;
  };
  const headers = { Authorization: 'Bearer x' };
  return { ...(await arrive('a.b', 'passport', api, headers)), calls };
}

test('who scans an online ticket has arrived', async () => {
  const { outcome, ticket, calls } = await scan(waiting);
  assert.equal(outcome, 'arrived');
  assert.equal(ticket.arrived, true);
  assert.deepEqual(calls[1], ['POST', '/tickets/a.b/arrive', { Authorization: 'Bearer x' }, undefined]);
});

test('a priority that was claimed online is confirmed by the scan, also of who said before that they are there', async () => {
  for (const arrived of [false, true]) {
    const { outcome, calls } = await scan({ ...waiting, arrived, priority: 'elderly' });
    assert.equal(outcome, 'arrived');
    assert.deepEqual(calls[1][3], { priority: 'elderly' });
  }
  const { outcome } = await scan({ ...waiting, arrived: true, priority: 'elderly', priority_confirmed: true });
  assert.equal(outcome, 'already');
});

test('a ticket that is not waiting here is left alone', async () => {
  const cases = [
    [{ ...waiting, office: 'howon1' }, 'another_office'],
    [{ ...waiting, arrived: true }, 'already'],
    [{ ...waiting, state: 'called' }, 'called'],
    [{ ...waiting, state: 'served' }, 'over'],
    [new Problem({ status: 404, code: 'unknown_ticket' }), 'unknown'],
  ];
  for (const [ticket, expected] of cases) {
    const { outcome, calls } = await scan(ticket);
    assert.equal(outcome, expected);
    assert.equal(calls.length, 1);
  }
});

test('a ticket that moves on between the two is over; no answer is no outcome', async () => {
  assert.equal((await scan(waiting, new Problem({ status: 409, code: 'move_not_allowed' }))).outcome, 'over');
  await assert.rejects(scan(waiting, new Problem({ status: 0, code: 'network' })));
});

test('a kiosk says that nobody calls at the moment, and why', () => {
  const windows = (state) => [{ id: 1, state: 'closed' }, { id: 2, state }];
  assert.equal(leadOf(null), 'lead');
  assert.equal(leadOf({ status: 'lunch', windows: windows('idle') }), 'lead');
  assert.equal(leadOf({ status: 'open', windows: windows('closed') }), 'preparing');
  assert.equal(leadOf({ status: 'lunch', windows: windows('closed') }), 'lunch');
});

test('an office is closed by the hour or the day, never over lunch or before anything is known', () => {
  assert.deepEqual(['closed', 'holiday', 'open', 'lunch'].map((status) => isClosed({ status })), [true, true, false, false]);
  assert.equal(isClosed(null), false);
});

test('texts are as large as fits, and never smaller than the smallest', () => {
  assert.equal(largest([3, 2, 1], (size) => size < 3), 2);
  assert.equal(largest([3, 2, 1], () => false), 1);
});
