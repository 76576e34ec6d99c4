/** A verdict in one line of plain words, for the end of a stage and for a list: what happened comes first. */
import type { Evaluation } from './gate-evaluation.ts';

export function summarizeEvaluation({ decision, reasons, candidate }: Evaluation): string {
  const why = reasons.map((reason) => reason.text).join('; ');
  const version = candidate?.version === null || candidate === null ? 'the candidate' : `version ${candidate.version}`;
  switch (decision) {
    case 'promote':
      return `promoted ${version}: ${why}`;
    case 'bootstrap':
      return `${version} is the first in production: ${metricsText(candidate?.metrics ?? {})}`;
    case 'unchanged':
      return `unchanged: ${why} (${version})`;
    case 'reject':
      return `rejected ${version}: ${why}`;
    case 'held':
      return `held ${version}: ${why}`;
    case 'awaiting_approval':
      return `${version} awaits approval: ${why}`;
    case 'incompatible':
      return `${version} is incompatible, the production model stays: ${why}`;
    case 'error':
      return `nothing was promoted: ${why}`;
  }
}

/** `AUC 0.8428, F1 0.6830`. */
function metricsText(metrics: Readonly<Record<string, number | null>>): string {
  const { roc_auc: auc = null, f1 = null } = metrics;
  return [auc === null ? '' : `AUC ${auc.toFixed(4)}`, f1 === null ? '' : `F1 ${f1.toFixed(4)}`]
    .filter((part) => part !== '')
    .join(', ');
}
