/** Figures as a person reads them: rounded to so many decimals, unless that would leave nothing of them. */
import type { Metric } from '../core/metrics-file.ts';

export const DEFAULT_PRECISION = 5;

/** `-`: it is not there. */
export function renderMetric(value: Metric | undefined, precision: number): string {
  if (value === undefined) return '-';
  if (typeof value === 'number') return renderNumber(value, precision);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** With its sign. */
export function renderDifference(diff: number | undefined, precision: number): string {
  if (diff === undefined) return '-';
  return diff > 0 ? `+${renderNumber(diff, precision)}` : renderNumber(diff, precision);
}

function renderNumber(value: number, precision: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  const rounded = Number(value.toFixed(precision));
  return String(rounded === 0 ? Number(value.toPrecision(Math.max(1, Math.min(3, precision)))) : rounded);
}
