// Lets a page ask its workers how much wasm memory they have. Wasm memory never shrinks, so the last size is the peak.

/** Runs in the worker before its own code. */
const WATCH = `{
  const memories = new Set();
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(...all) {
      super(...all);
      memories.add(this);
    }
  };
  const look = (exports) => Object.values(exports).forEach((value) => value instanceof Memory && memories.add(value));
  const { instantiate, instantiateStreaming } = WebAssembly;
  WebAssembly.instantiate = async (...all) => {
    const made = await instantiate(...all);
    look((made.instance ?? made).exports);
    return made;
  };
  WebAssembly.instantiateStreaming = async (...all) => {
    const made = await instantiateStreaming(...all);
    look(made.instance.exports);
    return made;
  };
  const channel = new BroadcastChannel('memory');
  channel.onmessage = () => channel.postMessage([...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0));
}
`;

const script = (...parts) => new Blob([WATCH, ...parts], { type: 'text/javascript' });

/** A module worker of this code. */
export const watchedWorker = (code) => new Worker(URL.createObjectURL(script(code)), { type: 'module' });

/** Watches workers that a library makes of a blob. */
export function watchBlobs() {
  const plain = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob) => plain(blob.type === 'text/javascript' ? script(blob) : blob);
}

/** Bytes of wasm memory in the page's one worker. */
export const memoryBytes = () =>
  new Promise((resolve) => {
    const channel = new BroadcastChannel('memory');
    channel.onmessage = ({ data }) => {
      channel.close();
      resolve(data);
    };
    channel.postMessage('how much');
  });
