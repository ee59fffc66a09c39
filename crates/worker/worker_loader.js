// Starts the build of the worker that this browser runs fastest and right. `cargo xtask build` adds the second one, under
// relaxed/ and first in the list.
const builds = ['./worker.js'];

// (func (param v128) (result v128) (i32x4.relaxed_dot_i8x16_i7x16_add_s (local.get 0) (local.get 0) (local.get 0)))
const relaxedSimd = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 147, 2, 11,
);

/** Where several pages share this worker: a port to each of them, and what connects it to the engine once that has started. */
const ports = new Set();
let connectPort = () => {};

/** Browsers tell no page of a shared worker's errors. This one is of no use any more: the next page gets a fresh one. */
function end(error) {
  for (const port of ports) port.postMessage(String(error?.message ?? error));
  self.close();
}

/** Whether the engine's program ended with this error: in a trap, as after a panic, or out of stack. All others leave it as it is. */
const isCrash = (error) =>
  error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.name === 'InternalError';

if ('onconnect' in self) {
  self.onconnect = ({ ports: [port] }) => {
    ports.add(port);
    connectPort(port);
  };
  // An error without an object may be anything.
  self.onerror = (message, file, line, column, error) => {
    if (!error || isCrash(error)) end(error ?? message);
  };
  // The browser writes what it is to the console.
  self.onunhandledrejection = ({ reason }) => {
    if (isCrash(reason)) end(reason);
  };
}

/** Starts a build. Throws if it cannot be fetched or compiled, if it traps, or if its kernels give wrong results here. */
async function startBuild(build) {
  const worker = await import(build);
  await worker.default();
  const refusal = worker.start();
  if (refusal) throw new Error(refusal);
  return worker;
}

/** Starts the first build that works; throws what the last one throws. */
async function start() {
  const usable = builds.filter((build) => !build.includes('relaxed') || WebAssembly.validate(relaxedSimd));
  const last = usable.pop();
  for (const build of usable) {
    try {
      return await startBuild(build);
    } catch (error) {
      console.warn(`${build}: ${error}`);
    }
  }
  return startBuild(last);
}

try {
  const { connect } = await start();
  connectPort = (port) => connect(port, () => ports.delete(port));
  ports.forEach(connectPort);
} catch (error) {
  if ('onconnect' in self) end(error);
  // A page hears of a worker's error event.
  throw error;
}
