// llama.cpp in wasm: @wllama/wllama, by its own interface. One thread, since the page is not cross-origin isolated.

import { memoryBytes, watchBlobs } from './memory.js';

const quiet = { debug() {}, log() {}, warn() {}, error: console.error };

/** Starts wllama and gives a system to measure: see measure.js. */
export async function start({ library, wasm, model, old }) {
  watchBlobs();
  const { Wllama } = await import(library);
  const wllama = new Wllama(old ? { 'single-thread/wllama.wasm': wasm } : { default: wasm }, { logger: quiet });
  const ready = performance.now();
  // The whole file, from the browser's cache.
  const blob = await (await (await caches.open('bench')).match(model)).blob();
  await wllama.loadModel([blob], { n_threads: 1, n_ctx: 1024, n_gpu_layers: 0 });
  if (wllama.getNumThreads() > 1) throw new Error(`wllama runs ${wllama.getNumThreads()} threads`);
  return {
    ready,
    /** Writes `count` tokens after `prompt`; `told` hears of each. */
    async write(prompt, count, told) {
      if (old) {
        await wllama.createCompletion(prompt, { nPredict: count, sampling: { temp: 0 }, onNewToken: () => told() });
        return (await wllama.tokenize(prompt)).length;
      }
      let given;
      await wllama.createCompletion({
        prompt,
        max_tokens: count,
        temperature: 0,
        cache_prompt: false,
        stream: true,
        stream_options: { include_usage: true },
        onData: (chunk) => {
          given = chunk.usage?.prompt_tokens ?? chunk.timings?.prompt_n ?? given;
          if (chunk.choices[0]?.text) told();
        },
      });
      return given;
    },
    memory: memoryBytes,
    stop: () => wllama.exit(),
  };
}

/** Glues the model's parts into one file in the browser's cache. */
export async function keep({ manifest, model }) {
  const { parts } = await (await fetch(manifest)).json();
  const blobs = await Promise.all(parts.map(async ({ name }) => (await fetch(new URL(name, manifest))).blob()));
  await (await caches.open('bench')).put(model, new Response(new Blob(blobs)));
}
