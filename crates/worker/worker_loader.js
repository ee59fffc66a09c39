// Starts the build of the worker that this browser runs fastest and right. `cargo xtask build` adds the second one, under
// relaxed/ and first in the list.
const builds = ['./worker.js'];

// (func (param v128) (result v128) (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get 0) (local.get 0) (local.get 0)))
const relaxedSimd = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 147, 2, 11,
);

/** Where several pages share this worker: a port to each of them, and who takes them in. */
const ports = new Set();
let welcome = () => {};
if ('onconnect' in self) {
  self.onconnect = ({ ports: [port] }) => {
    ports.add(port);
    welcome(port);
  };
  // Of a shared worker's mistakes the browser tells nobody. This one is of no use any more: the next page gets a fresh one.
  const end = (error) => {
    for (const port of ports) port.postMessage(String(error?.message ?? error));
    self.close();
  };
  self.onerror = (message, file, line, column, error) => end(error ?? message);
  self.onunhandledrejection = ({ reason }) => end(reason);
}

const usable = builds.filter((build) => !build.includes('relaxed') || WebAssembly.validate(relaxedSimd));

async function start() {
  let refusal;
  for (const build of usable) {
    const worker = await import(build);
    await worker.default();
    refusal = worker.start();
    if (!refusal) return worker;
    console.warn(`${build}: ${refusal}`);
  }
  throw new Error(refusal);
}

const { connect } = await start();
welcome = (port) => connect(port, () => ports.delete(port));
ports.forEach(welcome);
