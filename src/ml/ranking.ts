/**
 * Scores against labels, reduced to what every threshold-free metric needs: how many rows of
 * each class have each score, highest score first.
 */
export interface Ranking {
  /** Distinct, descending. */
  readonly scores: Float64Array;
  /** Rows of class 1 and 0 with that score. */
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
  readonly totalPositives: number;
  readonly totalNegatives: number;
}

/** Sorts each class alone and merges: native sorts of plain numbers, no comparison callback. */
export function rank(probabilities: Float64Array, labels: Uint8Array): Ranking {
  const ones = scoresOf(probabilities, labels, 1);
  const zeros = scoresOf(probabilities, labels, 0);
  const scores = new Float64Array(labels.length);
  const positives = new Float64Array(labels.length);
  const negatives = new Float64Array(labels.length);
  let groups = 0;
  for (let i = ones.length - 1, j = zeros.length - 1; i >= 0 || j >= 0; groups++) {
    const score = Math.max(i >= 0 ? ones[i]! : -Infinity, j >= 0 ? zeros[j]! : -Infinity);
    scores[groups] = score;
    for (; i >= 0 && ones[i] === score; i--) positives[groups]! += 1;
    for (; j >= 0 && zeros[j] === score; j--) negatives[groups]! += 1;
  }
  return {
    scores: scores.subarray(0, groups),
    positives: positives.subarray(0, groups),
    negatives: negatives.subarray(0, groups),
    totalPositives: ones.length,
    totalNegatives: zeros.length,
  };
}

/** Ascending. A NaN would sort anywhere and match nothing: a bug of whoever computed the scores. */
function scoresOf(probabilities: Float64Array, labels: Uint8Array, label: 0 | 1): Float64Array {
  const picked = probabilities.filter((score, i) => {
    if (Number.isNaN(score)) throw new Error(`row ${i} has no score`);
    return labels[i] === label;
  });
  return picked.sort();
}
