import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ClipCache } from '../../../../clients/lib/voice/clip-cache.js';

function cacheOf(answer = () => ({ ok: true, arrayBuffer: async () => new ArrayBuffer(8) })) {
  const asked = [];
  const decoder = {
    decodeAudioData: async () => ({ sampleRate: 1000, getChannelData: () => new Float32Array(500).fill(0.5) }),
  };
  const cache = new ClipCache(decoder, async (url) => {
    asked.push(url);
    return answer(url);
  });
  return { cache, asked };
}

test('a clip is read once, also for two who want it at the same time', async () => {
  const { cache, asked } = cacheOf();
  const [one, other] = await Promise.all([cache.get('/1'), cache.get('/1')]);
  assert.equal(one, other);
  assert.equal(one.seconds, 0.5);
  assert.deepEqual(asked, ['/1']);
});

test('it keeps the hundred that were used last', async () => {
  const { cache, asked } = cacheOf();
  for (let i = 0; i < 100; i += 1) await cache.get(`/${i}`);
  await cache.get('/0');
  await cache.get('/100');
  asked.length = 0;
  await cache.get('/0');
  assert.deepEqual(asked, []);
  await cache.get('/1');
  assert.deepEqual(asked, ['/1']);
});

test('one that failed is asked for again', async () => {
  let ok = false;
  const { cache } = cacheOf(() => ({ ok, status: 503, arrayBuffer: async () => new ArrayBuffer(8) }));
  await assert.rejects(cache.get('/1'), /503/);
  ok = true;
  assert.equal((await cache.get('/1')).seconds, 0.5);
});
