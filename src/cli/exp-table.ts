/** `pipe exp show`: experiments as a table, sorted and filtered. */
import { InvalidArgumentError } from 'commander';
import {
  type ExperimentRow,
  metricKeys,
  parseFilter,
  type RowTest,
  sortRows,
  tellingParams,
} from '../core/experiment-table.ts';
import { encodeParam, renderParam } from '../core/param-value.ts';
import { type ExperimentTable, showExperiments } from '../engine/experiments.ts';
import type { CliContext } from './command.ts';
import { fail } from './fail.ts';
import { toPrettyJson } from './json.ts';
import { renderMetric } from './render-metric.ts';
import { renderTable } from './table.ts';
import { tellProblems } from './tell-problems.ts';

export interface ExpShowOptions {
  readonly sortBy?: string;
  readonly sortOrder: 'asc' | 'desc';
  readonly filter?: readonly RowTest[];
  readonly allParams?: boolean;
  readonly md?: boolean;
  readonly precision: number;
}

export async function showExp(context: CliContext, options: ExpShowOptions): Promise<void> {
  const { cwd, env, globals } = context;
  const shown = await showExperiments({ cwd, env });
  if (!shown.ok) return fail(context, shown.error);
  const rows = arrange(shown.value, options);
  if (globals.json) context.print(toPrettyJson({ rows: rows.map(toJson), problems: shown.value.problems }));
  else if (!globals.quiet) context.print(render(rows, context, options));
  tellProblems(context, shown.value.problems);
}

/** What was asked to be sorted or filtered are the experiments; what they began from stays in sight, above them. */
function arrange(
  { rows }: ExperimentTable,
  { sortBy, sortOrder, filter = [] }: ExpShowOptions,
): readonly ExperimentRow[] {
  const chosen = rows.filter((row) => row.kind !== 'experiment' || filter.every((test) => test(row)));
  if (sortBy === undefined) return chosen;
  const experiments = chosen.filter(({ kind }) => kind === 'experiment');
  const others = chosen.filter(({ kind }) => kind !== 'experiment');
  return [...others, ...sortRows(experiments, { by: sortBy, isDescending: sortOrder === 'desc' })];
}

function toJson({ params, metrics, ...row }: ExperimentRow): unknown {
  return {
    ...row,
    params: Object.fromEntries([...params].map(([key, value]) => [key, encodeParam(value)])),
    metrics: Object.fromEntries(metrics),
  };
}

function render(rows: readonly ExperimentRow[], context: CliContext, options: ExpShowOptions): string {
  if (!rows.some(({ kind }) => kind === 'experiment')) return 'no experiments: `pipe exp run -S key=value` makes one';
  const params = options.allParams
    ? [...new Set(rows.flatMap((row) => [...row.params.keys()]))].sort()
    : tellingParams(rows);
  const metrics = metricKeys(rows);
  const table = {
    header: ['EXPERIMENT', 'CREATED (UTC)', ...metrics, ...params],
    rows: rows.map((row) => [
      `${row.kind === 'experiment' ? '  ' : ''}${row.name}`,
      row.created === null ? '' : new Date(row.created).toISOString().slice(0, 16).replace('T', ' '),
      ...metrics.map((key) => renderMetric(row.metrics.get(key), options.precision)),
      ...params.map((key) => {
        const value = row.params.get(key);
        return value === undefined ? '-' : renderParam(value);
      }),
    ]),
  };
  return renderTable(table, context, { md: options.md ?? false });
}

export function collectFilter(text: string, before: readonly RowTest[] = []): readonly RowTest[] {
  const parsed = parseFilter(text);
  if (parsed.ok) return [...before, parsed.value];
  throw new InvalidArgumentError(parsed.error);
}
