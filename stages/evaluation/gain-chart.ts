/** Each gain with its bootstrap interval, against nothing gained and against what the gate asks for. */
import type { Evaluation } from '../../src/index.ts';
import { points } from './html.ts';

const WIDTH = 340;
const NAMES = 92;
const RIGHT = 16;
const TOP = 30;
const ROW = 42;

interface Gain {
  readonly name: string;
  readonly delta: number;
  readonly low: number;
  readonly high: number;
}

const NAME_OF: Readonly<Record<string, string>> = {
  roc_auc: 'AUC',
  f1: 'F1',
  f1_at_half: 'F1 at 0.5',
  average_precision: 'avg. precision',
};

/** Empty when nothing could be compared. */
export function renderGains({ deltas, ci, policy }: Evaluation): string {
  const gains = Object.entries(deltas).flatMap(([metric, delta]): Gain[] => {
    const { low = null, high = null } = ci[metric] ?? {};
    if (delta === null) return [];
    return [{ name: NAME_OF[metric] ?? metric, delta, low: low ?? delta, high: high ?? delta }];
  });
  if (gains.length === 0) return '';
  const least = Number(policy?.['min_improvement'] ?? 0.01);
  const allowed = -Number(policy?.['max_regression'] ?? 0.005);
  const all = [0, least, allowed, ...gains.flatMap(({ low, high, delta }) => [low, high, delta])];
  const [from, to] = [Math.min(...all), Math.max(...all)];
  const margin = (to - from) * 0.06;
  const x = (value: number): number =>
    Math.round((NAMES + ((value - from + margin) / (to - from + 2 * margin)) * (WIDTH - NAMES - RIGHT)) * 10) / 10;
  const height = TOP + gains.length * ROW + 8;
  const lines = [
    { at: 0, kind: 'reference', label: '0' },
    { at: least, kind: 'needed', label: points(least) },
    { at: allowed, kind: 'reference', label: points(allowed) },
  ].map(
    ({ at, kind, label }) =>
      `<path class="${kind}" d="M${x(at)} ${TOP - 6}V${height}"/><text class="tick" x="${x(at)}" y="${TOP - 12}" text-anchor="middle">${label}</text>`,
  );
  const rows = gains.map(({ name, delta, low, high }, i) => {
    const y = TOP + i * ROW + 20;
    return (
      `<text class="label" x="${NAMES - 8}" y="${y + 4}" text-anchor="end">${name}</text>` +
      `<path class="whisker" d="M${x(low)} ${y}H${x(high)}"/>` +
      `<circle class="mark candidate" cx="${x(delta)}" cy="${y}" r="5"/>` +
      `<text class="value" x="${x(delta)}" y="${y - 10}" text-anchor="middle">${points(delta)}</text>`
    );
  });
  return `<svg class="wide" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Gain with its interval">${[...lines, ...rows].join('')}</svg>`;
}
