/**
 * A map from string keys to values, kept in key order.
 *
 * Entries live in chunks of a few hundred, found by binary search. Inserting moves at most one chunk, so
 * the cost stays flat for the sizes an embedded deployment holds, and iteration is by seeking the next key:
 * a reader keeps no position that a concurrent write could invalidate.
 */
const MAX_CHUNK = 512;

interface Chunk<V> {
  keys: string[];
  values: V[];
}

export class SortedMap<V> {
  #chunks: Chunk<V>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  set(key: string, value: V): void {
    const chunk = this.#chunkFor(key);
    const at = lowerBound(chunk.keys, key);
    if (chunk.keys[at] === key) {
      chunk.values[at] = value;
      return;
    }
    chunk.keys.splice(at, 0, key);
    chunk.values.splice(at, 0, value);
    this.#size += 1;
    if (chunk.keys.length > MAX_CHUNK) this.#split(chunk);
  }

  delete(key: string): boolean {
    const position = this.#chunkIndex(key);
    const chunk = this.#chunks[position];
    if (chunk === undefined) return false;
    const at = lowerBound(chunk.keys, key);
    if (chunk.keys[at] !== key) return false;
    chunk.keys.splice(at, 1);
    chunk.values.splice(at, 1);
    this.#size -= 1;
    if (chunk.keys.length === 0) this.#chunks.splice(position, 1);
    return true;
  }

  /** The first entry whose key is at or after `key`. */
  atOrAfter(key: string): [key: string, value: V] | undefined {
    const position = this.#chunkIndex(key);
    const chunk = this.#chunks[position];
    if (chunk === undefined) return undefined;
    const at = lowerBound(chunk.keys, key);
    if (at < chunk.keys.length) return [chunk.keys[at]!, chunk.values[at]!];
    const next = this.#chunks[position + 1];
    return next && [next.keys[0]!, next.values[0]!];
  }

  /** The last entry whose key is before `key`. */
  before(key: string): [key: string, value: V] | undefined {
    const position = this.#chunkIndex(key);
    const chunk = this.#chunks[position];
    if (chunk === undefined) return undefined;
    const at = lowerBound(chunk.keys, key) - 1;
    if (at >= 0) return [chunk.keys[at]!, chunk.values[at]!];
    const previous = this.#chunks[position - 1];
    return previous && [previous.keys.at(-1)!, previous.values.at(-1)!];
  }

  *values(): Generator<V> {
    for (const chunk of this.#chunks) yield* chunk.values;
  }

  /** The last chunk that starts at or before the key, or the first one. */
  #chunkIndex(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#chunks[middle]!.keys[0]! <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #chunkFor(key: string): Chunk<V> {
    if (this.#chunks.length === 0) this.#chunks.push({ keys: [], values: [] });
    return this.#chunks[this.#chunkIndex(key)]!;
  }

  #split(chunk: Chunk<V>): void {
    // Keys often arrive in order: leave the left chunk nearly full then, or half of all space is wasted.
    const appended = chunk === this.#chunks.at(-1);
    const keep = appended ? Math.floor(MAX_CHUNK * 0.9) : MAX_CHUNK >>> 1;
    const right = { keys: chunk.keys.splice(keep), values: chunk.values.splice(keep) };
    this.#chunks.splice(this.#chunks.indexOf(chunk) + 1, 0, right);
  }
}

function lowerBound(keys: string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
