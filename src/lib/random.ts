/**
 * Random numbers that are the same on every machine: sfc32 (Chris Doty-Humphrey), 32-bit integers only.
 * No clock and no entropy: whoever wants another sequence gives another seed.
 *
 * Invariant: a sequence follows from its seed alone; `fork` gives one that does not disturb it.
 */
import { cosTurns, log, sinTurns } from './math.ts';

export interface Random {
  /** Uniform in [0, 1), 53 random bits. */
  readonly next: () => number;
  /** Uniform in 0 … n - 1; n at most 2^32. */
  readonly integer: (n: number) => number;
  /** Normal with mean 0 and standard deviation 1. */
  readonly gaussian: () => number;
  /** In place; returns what it was given. */
  readonly shuffle: <T extends Shuffleable>(items: T) => T;
  /** An index, drawn in proportion to the weights; throws when none is positive. */
  readonly pick: (weights: ArrayLike<number>) => number;
  /** An independent sequence named by a number: tree 7, file 3. Does not advance this one. */
  readonly fork: (name: number) => Random;
}

type Shuffleable = unknown[] | Int32Array | Float64Array | Uint8Array;

export function createRandom(seed: number): Random {
  return randomFrom(seed, 0);
}

function randomFrom(seed: number, stream: number): Random {
  const nextWord = words(seed, stream);
  let spare: number | undefined; // Box-Muller makes two at a time

  const next = (): number => ((nextWord() >>> 6) * 134217728 + (nextWord() >>> 5)) / 9007199254740992;
  // A product, not a remainder: the lean towards some numbers is below n / 2^32, and nothing is drawn twice.
  const integer = (n: number): number => Math.floor((nextWord() * n) / 4294967296);

  const gaussian = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * log(1 - next())); // 1 - next() is never 0
    const turns = next();
    spare = radius * sinTurns(turns);
    return radius * cosTurns(turns);
  };

  return {
    next,
    integer,
    gaussian,
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i--) swap(items, i, integer(i + 1));
      return items;
    },
    pick: (weights) => pickIndex(weights, next()),
    fork: (name) => randomFrom(seed, mix(stream + 1, name)),
  };
}

/** Three words that mix and one that counts, so that no seed has a short period. Each call: uniform in 0 … 2^32 - 1. */
function words(seed: number, stream: number): () => number {
  let a = seed | 0;
  let b = Math.floor(seed / 4294967296) | 0;
  let c = stream | 0;
  let counter = 1;
  const nextWord = (): number => {
    const word = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    return word >>> 0;
  };
  for (let i = 0; i < 15; i++) nextWord(); // near seeds start near each other
  return nextWord;
}

/** One step of splitmix32: near stream numbers must give far states. */
function mix(a: number, b: number): number {
  let word = (Math.imul(a, 0x9e3779b1) ^ b) >>> 0;
  word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return (word ^ (word >>> 15)) >>> 0;
}

function swap(items: { [index: number]: unknown }, i: number, j: number): void {
  const kept = items[i];
  items[i] = items[j];
  items[j] = kept;
}

function pickIndex(weights: ArrayLike<number>, share: number): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i] ?? 0;
  let rest = share * total;
  let last = -1;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight <= 0) continue;
    last = i;
    if (rest < weight) return i;
    rest -= weight;
  }
  if (last < 0) throw new Error('pick: no weight is positive');
  return last; // rounding left a crumb behind the last weight
}
