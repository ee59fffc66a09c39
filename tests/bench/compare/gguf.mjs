// As much of GGUF's header as tells where the tensors begin.

/** Bytes of each type of metadata; strings (8) and lists (9) have lengths of their own. */
const SIZES = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];

/** Bytes of all tensors of a GGUF file. @param {Buffer} file */
export function weightBytes(file) {
  let at = 8;
  const u32 = () => file.readUInt32LE((at += 4) - 4);
  const u64 = () => Number(file.readBigUInt64LE((at += 8) - 8));
  const skip = (bytes) => {
    at += bytes;
  };
  const string = () => skip(u64());
  const value = (kind) => {
    if (kind === 8) return string();
    if (kind !== 9) return skip(SIZES[kind]);
    const element = u32();
    for (let count = u64(); count > 0; count--) value(element);
  };
  const tensors = u64();
  for (let count = u64(); count > 0; count--) {
    string();
    value(u32());
  }
  for (let i = 0; i < tensors; i++) {
    string();
    skip(8 * u32() + 12);
  }
  return file.length - at;
}
