// llama.cpp on this machine without a browser: node-llama-cpp, one thread. Prints one line of JSON.

import { measure } from '../compare/measure.js';

/** Starts llama.cpp and gives a system to measure: see measure.js. */
async function start({ file }) {
  const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: 1 });
  const model = await llama.loadModel({ modelPath: file });
  const context = await model.createContext({ contextSize: 1024, batchSize: 512, threads: 1 });
  const sequence = context.getSequence();
  return {
    async write(prompt, count, told) {
      await sequence.clearHistory();
      const tokens = model.tokenize(prompt);
      let written = 0;
      for await (const _ of sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })) {
        told();
        if (++written === count) break;
      }
      return tokens.length;
    },
    memory: async () => process.resourceUsage().maxRSS * 1024,
    stop: () => llama.dispose(),
  };
}

console.log(JSON.stringify(await measure(start, { file: process.argv[2] })));
