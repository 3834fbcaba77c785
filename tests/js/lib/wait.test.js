import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { I18n } from '../../../clients/lib/i18n.js';
import { chanceText, isTooLate } from '../../../clients/lib/served-today.js';
import { hasWait, waitNotes, waitSpoken, waitText } from '../../../clients/lib/wait.js';

async function words(lang) {
  const i18n = new I18n(async (one) => JSON.parse(await readFile(new URL(`../../../clients/lib/lang/${one}.json`, import.meta.url), 'utf8')));
  await i18n.load(lang);
  return i18n;
}
const [ko, en, zh, vi] = await Promise.all(['ko', 'en', 'zh', 'vi'].map(words));

/** The texts of a case in Korean and English: whole, short, spoken, and what is noted beside it. */
const said = (wait, lang) => [
  waitText(wait, lang), waitText(wait, lang, { short: true }), waitSpoken(wait, lang), waitNotes(wait, lang).join('; '),
];
const minutes = (about, low, high, more = {}) => ({
  minutes: about, low, high, word: 'minutes', resumes: null, provisional: false, served_today: null, ...more,
});

test('a wait is said with its range, and the range alone where there is no room', () => {
  assert.deepEqual(said(minutes(12, 8, 18), ko), ['약 12분 (8~18분)', '8~18분', '약 12분, 8분에서 18분 사이', '']);
  assert.deepEqual(said(minutes(12, 8, 18), en), [
    'about 12 min (8–18 min)', '8–18 min', 'about 12 minutes, between 8 and 18 minutes', '',
  ]);
  assert.equal(waitText(minutes(12, 8, 18), zh), '约12分钟（8～18分钟）');
  assert.equal(waitText(minutes(12, 8, 18), vi), 'khoảng 12 phút (8–18 phút)');
});

test('long waits are said in hours and minutes, and aloud in minutes, which a voice joins from numbers', () => {
  assert.deepEqual(said(minutes(80, 50, 105), ko), [
    '약 1시간 20분 (50분~1시간 45분)', '50분~1시간 45분', '약 80분, 50분에서 105분 사이', '',
  ]);
  assert.equal(waitText(minutes(75, 60, 120), ko), '약 1시간 15분 (1시간~2시간)');
  assert.equal(waitText(minutes(55, 40, 60), en), 'about 55 min (40 min–1 h)');
});

test('a tiny range is no range of nothing', () => {
  assert.deepEqual(said(minutes(0, 0, 0), ko), ['1분 이내', '1분 이내', '1분 이내', '']);
  assert.deepEqual(said(minutes(0, 0, 4), ko), ['4분 이내', '4분 이내', '4분 이내', '']);
  assert.deepEqual(said(minutes(6, 0, 18), ko), ['약 6분 (18분 이내)', '18분 이내', '약 6분, 18분 이내', '']);
  assert.deepEqual(said(minutes(5, 5, 5), ko), ['약 5분', '약 5분', '약 5분', '']);
  assert.equal(waitSpoken(minutes(1, 1, 1), en), 'about 1 minute');
  assert.equal(waitSpoken(minutes(0, 0, 0), en), 'within 1 minute');
});

test('now, after the break, and what can’t be said', () => {
  assert.deepEqual(said(minutes(0, 0, 0, { word: 'now' }), ko), ['바로 호출', '바로 호출', '바로 호출', '']);
  const after = minutes(65, 50, 75, { word: 'after_closure', resumes: '13:00' });
  assert.deepEqual(said(after, ko), [
    '점심시간 후 (13:00 이후)', '13:00 이후', '점심시간 후 (13:00 이후)', '약 1시간 5분 (50분~1시간 15분)',
  ]);
  assert.deepEqual(said(null, ko), ['아직 알 수 없음', '아직 알 수 없음', '아직 알 수 없음', '']);
});

test('that the call may come after the break, and that little is known yet, is said beside it', () => {
  assert.deepEqual(waitNotes(minutes(12, 8, 70, { resumes: '13:00', provisional: true }), ko), [
    '점심시간 후(13:00 이후)에 부를 수도 있습니다', '아직 자료가 적어 어림한 값입니다',
  ]);
  assert.equal(waitText(minutes(12, 8, 70, { resumes: '13:00' }), ko), '약 12분 (8분~1시간 10분)');
});

test('only a counter that gives numbers has a wait', () => {
  assert.deepEqual(['open', 'paused', 'full', 'closed'].map((ticketing) => hasWait({ ticketing })), [true, false, false, false]);
});

test('whether one is called today is said where it is not sure, and asked about where it is unlikely', () => {
  const chance = (value) => minutes(90, 60, 120, { served_today: value });
  assert.deepEqual([0, 0.45, 0.5, 0.9, null].map((value) => isTooLate(chance(value))), [true, true, false, false, false]);
  assert.equal(isTooLate(null), false);
  assert.equal(chanceText(chance(0.7), ko), '오늘 순서가 올 가능성 약 70%');
  assert.equal(chanceText(chance(0.7), ko, { short: true }), '오늘 순서 가능성 70%');
  assert.deepEqual([chanceText(chance(0), en), chanceText(chance(null), en), chanceText(null, en)], ['You are unlikely to be called today', '', '']);
});
