/** Experiments beside each other: which columns tell them apart, sorted and filtered. Pure. */
import { compareCodeUnits } from '../lib/canonical-json.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { Metric } from './metrics-file.ts';
import { type ParamValue, renderParam } from './param-value.ts';

export interface ExperimentRow {
  /** Of an experiment; or `workspace`, or the short hash of a baseline. */
  readonly name: string;
  readonly kind: 'workspace' | 'baseline' | 'experiment';
  /** ISO 8601; null: the workspace. */
  readonly created: string | null;
  readonly baseline: string | null;
  /** By key, or by `file:key` where one file does not tell. */
  readonly params: ReadonlyMap<string, ParamValue>;
  readonly metrics: ReadonlyMap<string, Metric>;
}

/** Keys in which not all rows agree; sorted. */
export function tellingParams(rows: readonly ExperimentRow[]): readonly string[] {
  const keys = [...new Set(rows.flatMap(({ params }) => [...params.keys()]))].sort(compareCodeUnits);
  return keys.filter((key) => new Set(rows.map(({ params }) => textOf(params.get(key)))).size > 1);
}

export const metricKeys = (rows: readonly ExperimentRow[]): readonly string[] =>
  [...new Set(rows.flatMap(({ metrics }) => [...metrics.keys()]))].sort(compareCodeUnits);

const textOf = (value: ParamValue | undefined): string => (value === undefined ? '' : renderParam(value));

export interface SortOrder {
  /** A metric, a param, `name` or `created`. */
  readonly by: string;
  readonly isDescending: boolean;
}

/** What has no such value comes last, either way. */
export function sortRows(rows: readonly ExperimentRow[], { by, isDescending }: SortOrder): readonly ExperimentRow[] {
  const sign = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [valueOf(a, by), valueOf(b, by)];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1;
    return sign * compareCells(x, y);
  });
}

export type RowTest = (row: ExperimentRow) => boolean;

/** `auc>0.9`, `train.lr==0.1`, `model!=rf`. A row without such a value does not pass. The failure is a sentence. */
export function parseFilter(text: string): Result<RowTest, string> {
  const [, key = '', operator = '', wanted = ''] =
    /^\s*([^<>=!\s]+)\s*(>=|<=|==|!=|=|>|<)\s*(.+?)\s*$/.exec(text) ?? [];
  if (key === '') return err(`\`${text}\` is no filter: write auc>0.9, train.lr==0.1 or model!=rf`);
  const cell = toCell(wanted);
  return ok((row) => {
    const value = valueOf(row, key);
    return value !== undefined && holds(compareCells(value, cell), operator);
  });
}

function holds(order: number, operator: string): boolean {
  if (operator === '==' || operator === '=') return order === 0;
  if (operator === '!=') return order !== 0;
  if (operator === '>') return order > 0;
  if (operator === '>=') return order >= 0;
  return operator === '<' ? order < 0 : order <= 0;
}

type CellValue = number | string;

export function valueOf({ name, created, params, metrics }: ExperimentRow, key: string): CellValue | undefined {
  if (metrics.has(key)) return toCell(metrics.get(key));
  if (params.has(key)) return toCell(textOf(params.get(key)));
  if (key === 'name') return name;
  return key === 'created' ? (created ?? undefined) : undefined;
}

function toCell(value: Metric | undefined): CellValue {
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}

function compareCells(a: CellValue, b: CellValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareCodeUnits(String(a), String(b));
}
