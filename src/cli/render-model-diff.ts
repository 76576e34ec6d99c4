/** Two versions of a model beside each other, as text for people: what differs, in one table, then what they were made from. */
import type { ModelDiff, StageDifference } from '../engine/model-diff.ts';
import type { CliContext } from './command.ts';
import { DEFAULT_PRECISION, renderDifference, renderMetric } from './render-metric.ts';
import { renderReason } from './render-reason.ts';
import { renderTable } from './table.ts';

export function renderModelDiff(diff: ModelDiff, context: CliContext): string {
  const { model, from, to, params, upstream, metrics } = diff;
  if (from.n === to.n) return `${model}: both are version ${from.name}`;
  const rows = rowsOf(diff);
  const title = `${model}: ${from.name} (${from.status}) → ${to.name} (${to.status})`.replaceAll('_', ' ');
  const table =
    rows.length === 0
      ? 'no score, input or setting differs'
      : renderTable({ header: ['WHAT', from.name, to.name, 'DIFFERENCE'], rows }, context, { md: false });
  const note = metrics.length === 0 ? [] : NOTES[diff.holdout];
  const made = [...params.map(renderReason), ...upstream.flatMap(renderStage)];
  const origin = made.length === 0 ? [] : ['', 'made from:', ...made.map((line) => `  ${line}`)];
  return [title, table, ...note, ...origin].join('\n');
}

const NOTES: Readonly<Record<ModelDiff['holdout'], readonly string[]>> = {
  same: [],
  different: ['scores were taken on different holdouts: they do not compare'],
  unknown: ['scores may have been taken on different holdouts'],
};

function rowsOf({ metrics, facts, inputs }: ModelDiff): readonly (readonly string[])[] {
  const figure = (value: number | null) => renderMetric(value ?? undefined, DEFAULT_PRECISION);
  return [
    ...metrics
      .filter(({ was, now }) => was !== now)
      .map(({ metric, was, now, diff }) => [
        metric,
        figure(was),
        figure(now),
        renderDifference(diff ?? undefined, DEFAULT_PRECISION),
      ]),
    ...facts.map(({ fact, was, now }) => [fact, cell(was), cell(now), '']),
    ...inputs.map(({ input, was, now, change }) => [`input ${input}`, cell(was), cell(now), change]),
  ];
}

/** Twelve digits tell two digests apart for a person. */
function cell(value: string | number | null): string {
  if (value === null) return '-';
  if (typeof value === 'number') return renderMetric(value, DEFAULT_PRECISION);
  return value.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{28,}\b/g, '$1');
}

function renderStage({ stage, change, reasons }: StageDifference): readonly string[] {
  if (reasons.length === 0) return [`${stage}: ${change}`];
  const shown = reasons.slice(0, SHOWN_REASONS).map((reason) => `${stage}: ${renderReason(reason)}`);
  const more = reasons.length - SHOWN_REASONS;
  return more > 0 ? [...shown, `${stage}: ${more} more`] : shown;
}

const SHOWN_REASONS = 6;
