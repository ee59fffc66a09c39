// How fast one thread of wasm reads memory: a loop of v128 loads over 100 MB, four sums so that no load waits.

import binaryen from 'binaryen';

/** Bytes that are read. */
export const BYTES = 100 << 20;

const load = (i) => `(local.set $s${i} (v128.xor (local.get $s${i}) (v128.load offset=${16 * i} (local.get $at))))`;
const eight = [...Array(8).keys()];
const SOURCE = `(module
  (memory (export "memory") ${BYTES >> 16})
  (func (export "read") (result i32)
    (local $at i32) ${eight.map((i) => `(local $s${i} v128)`).join(' ')}
    (loop $again
      ${eight.map(load).join('\n      ')}
      (local.set $at (i32.add (local.get $at) (i32.const 128)))
      (br_if $again (i32.lt_u (local.get $at) (i32.const ${BYTES}))))
    (i32x4.extract_lane 0 ${eight.map((i) => `(local.get $s${i})`).reduce((a, b) => `(v128.xor ${a} ${b})`)})))`;

/** The module's bytes. */
export function assemble() {
  const module = binaryen.parseText(SOURCE);
  module.setFeatures(binaryen.Features.All);
  return module.emitBinary();
}
