/** Random bytes: SHA-256 of a seed and a counter. V8 alone has no source of its own, so whoever starts it gives one. */
import { sha256 } from "@noble/hashes/sha2.js";

const BLOCK = 32;
const state = new Uint8Array(BLOCK + 8);
const counter = new DataView(state.buffer, BLOCK);
let seeded = false;
let unused = new Uint8Array(0);

export function seed(bytes: Uint8Array): void {
  state.set(sha256(bytes));
  seeded = true;
}

export function randomBytes(count: number): Uint8Array {
  if (!seeded) throw new Error("There is no randomness yet: seed it first.");
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    if (unused.length === 0) unused = nextBlock();
    const taken = unused.subarray(0, count - at);
    bytes.set(taken, at);
    unused = unused.subarray(taken.length);
    at += taken.length;
  }
  return bytes;
}

function nextBlock(): Uint8Array<ArrayBuffer> {
  counter.setBigUint64(0, counter.getBigUint64(0) + 1n);
  return sha256(state);
}
