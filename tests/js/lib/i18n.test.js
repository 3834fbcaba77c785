import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { I18n, nearest } from '../../../clients/lib/i18n.js';
import { keysIn } from '../keys.js';

const root = new URL('../../../', import.meta.url);
const langs = new URL('clients/lib/lang/', root);

const words = {
  ko: { hello: '안녕하세요, {name}님', waiting: '{count}명 대기' },
  en: { hello: 'Hello {name}', waiting: { one: '{count} person', other: '{count} people' } },
};

async function speaking(lang) {
  const i18n = new I18n(async (wanted) => {
    if (!(wanted in words)) throw new Error(`no ${wanted}`);
    return words[wanted];
  });
  await i18n.load(lang);
  return i18n;
}

test('texts take their parameters', async () => {
  const { t } = await speaking('ko');
  assert.equal(t('hello', { name: '김' }), '안녕하세요, 김님');
  assert.equal(t('hello'), '안녕하세요, {name}님');
  assert.equal(t('no.such.key'), 'no.such.key');
});

test('a count chooses the plural form', async () => {
  const { t } = await speaking('en');
  assert.equal(t('waiting', { count: 1 }), '1 person');
  assert.equal(t('waiting', { count: 0 }), '0 people');
});

test('names fall back to English, then Korean', async () => {
  const { name } = await speaking('ko');
  assert.equal(name({ ko: '여권민원실', en: 'Passport Office' }), '여권민원실');
  assert.equal((await speaking('en')).name({ ko: '여권민원실' }), '여권민원실');
});

test('a language without a file, or with a strange name, falls back to English', async () => {
  assert.equal((await speaking('vi')).lang, 'en');
  assert.equal((await speaking('../../secret')).lang, 'en');
});

test('a reader gets the first language of theirs that there is', () => {
  const available = ['ko', 'en', 'zh-Hant'];
  assert.equal(nearest(['en-GB', 'ko'], available), 'en');
  assert.equal(nearest(['vi', 'fr-CA', 'ko-KR', 'en'], available), 'ko');
  assert.equal(nearest(['zh-hant-TW'], available), 'zh-Hant');
  assert.equal(nearest(['zh-CN', 'vi'], available), null);
  assert.equal(nearest([], available), null);
});

test('loading tells its listeners', async () => {
  const i18n = await speaking('ko');
  let told = 0;
  i18n.addEventListener('change', () => told++);
  await i18n.load('en');
  assert.equal(told, 1);
});

async function languageFiles() {
  const files = (await readdir(langs)).filter((name) => name.endsWith('.json'));
  const read = async (file) => [file, JSON.parse(await readFile(new URL(file, langs), 'utf8'))];
  return Object.fromEntries(await Promise.all(files.map(read)));
}

const placesOf = (text) => new Set(Object.values(typeof text === 'object' ? text : { text }).join().match(/\{\w+\}/g));

test('every language has the same keys, with the same places to fill', async () => {
  const { 'ko.json': ko, ...others } = await languageFiles();
  assert.ok('en.json' in others);
  for (const [file, texts] of Object.entries(others)) {
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(ko).sort(), file);
    for (const key of Object.keys(ko)) assert.deepEqual(placesOf(texts[key]), placesOf(ko[key]), `${file}: ${key}`);
  }
});

async function sources() {
  const texts = [];
  for (const folder of ['clients', 'display']) {
    for (const name of await readdir(new URL(folder, root), { recursive: true })) {
      if (/\.(js|html)$/.test(name)) texts.push([name, await readFile(new URL(`${folder}/${name}`, root), 'utf8')]);
    }
  }
  return texts;
}

const ATTRIBUTES = { t: null, 't-label': 'aria-label', 't-alt': 'alt', 't-title': 'title' };

test('a page says the same before its words have come', async () => {
  const { 'ko.json': ko } = await languageFiles();
  let texts = 0;
  for (const [file, html] of await sources()) {
    for (const [, tag, content] of file.endsWith('.html') ? html.matchAll(/<(\w[^>]*)>([^<]*)/g) : []) {
      for (const [, kind, key] of tag.matchAll(/\sdata-(t|t-label|t-alt|t-title)="([^"]+)"/g)) {
        const said = kind === 't' ? content : new RegExp(`\\s${ATTRIBUTES[kind]}="([^"]*)"`).exec(tag)?.[1];
        assert.equal(said, ko[key], `${file}: ${key}`);
        texts += 1;
      }
    }
  }
  assert.ok(texts > 50);
});

test('every key that is used exists, and every key that exists is used', async () => {
  const { 'ko.json': ko } = await languageFiles();
  const keys = Object.keys(ko);
  const used = new Set();
  for (const [file, text] of await sources()) {
    for (const { key, meant } of keysIn(text, keys)) {
      assert.ok(meant.length > 0, `${file} uses ${key}, which no language has`);
      meant.forEach((one) => used.add(one));
    }
  }
  assert.deepEqual(keys.filter((key) => !used.has(key)), []);
});
