/** Rows of a node to the two sides of its split: a kernel (see gbdt-kernels) that boosting and forests share. */

/**
 * Rows whose slot is at most `split` (or missing, if those go left) to the front, order kept on both sides.
 * Returns where the right side begins. No branch on the data: the side is a coin toss to the processor.
 */
export function partitionRows(
  slots: Uint16Array,
  offset: number,
  split: number,
  missingLeftSlot: number,
  rows: Int32Array,
  start: number,
  end: number,
  spare: Int32Array,
): number {
  let left = start;
  let right = 0;
  for (let k = start; k < end; k++) {
    const row = rows[k]!;
    const slot = slots[offset + row]!;
    const goesLeft = (slot <= split ? 1 : 0) | (slot === missingLeftSlot ? 1 : 0);
    rows[left] = row;
    spare[right] = row;
    left += goesLeft;
    right += 1 - goesLeft;
  }
  for (let k = 0; k < right; k++) rows[left + k] = spare[k]!;
  return left;
}
