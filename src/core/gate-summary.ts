/** A verdict in one line of plain words, for the end of a stage and for a list. */
import type { Evaluation } from './gate-evaluation.ts';

export function summarizeEvaluation({ decision, reasons, candidate }: Evaluation): string {
  const why = reasons.map((reason) => reason.text).join('; ');
  const version = candidate?.version === null || candidate === null ? 'the candidate' : `version ${candidate.version}`;
  switch (decision) {
    case 'promote':
      return `${why}: promoted ${version}`;
    case 'bootstrap':
      return `${why}: ${version} is the first`;
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
