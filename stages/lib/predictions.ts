/** artifacts/predictions.csv: one line a row asked, with what was true where that is known. */
export interface Predictions {
  readonly probabilities: Float64Array;
  /** 0 or 1, one a row; undefined: nobody knows yet. */
  readonly actual: Uint8Array | undefined;
  readonly threshold: number;
  /** Says which model answered. */
  readonly version: string;
}

export function renderPredictions({ probabilities, actual, threshold, version }: Predictions): string {
  const header = ['row', ...(actual === undefined ? [] : ['actual']), 'probability', 'prediction', 'model_version'];
  const lines = [header.join(',')];
  probabilities.forEach((probability, i) => {
    const known = actual === undefined ? [] : [actual[i] ?? ''];
    lines.push([i + 1, ...known, probability, probability >= threshold ? 1 : 0, version].join(','));
  });
  return `${lines.join('\n')}\n`;
}
