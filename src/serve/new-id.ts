/**
 * UUIDv7s in the order in which they were made. Random bytes are drawn for many at a time: one draw
 * costs as much as the rest of an id, and an id is made for every prediction.
 */
import { getRandomValues } from 'node:crypto';
import { v7 } from 'uuid';

const ID_BYTES = 16;
const DRAWN_IDS = 256;

export function createNewId(now: () => number): () => string {
  const pool = new Uint8Array(ID_BYTES * DRAWN_IDS);
  let used = pool.length;
  let msecs = 0;
  let seq = 0;
  return () => {
    if (used === pool.length) {
      getRandomValues(pool);
      used = 0;
    }
    const random = pool.subarray(used, used + ID_BYTES);
    used += ID_BYTES;
    const time = now();
    // Within a millisecond, or when the clock was set back, the sequence keeps the order.
    seq = time > msecs ? new DataView(random.buffer, random.byteOffset).getUint32(4) >>> 1 : (seq + 1) | 0;
    msecs = Math.max(msecs, time);
    return v7({ random, msecs, seq });
  };
}
