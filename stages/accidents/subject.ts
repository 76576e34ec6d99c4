/**
 * What the report of evaluate has to know of accidents: what is asked, and the groups people will ask about:
 * department, year, light, age. Columns are found by name; rows without them are only not grouped.
 */
import { compareCodeUnits } from '../../src/lib/canonical-json.ts';
import type { Matrix } from '../../src/ml/matrix.ts';
import type { Holdout } from '../../src/ml/score.ts';
import { groupRows, type Grouping, type Subject } from '../evaluation/subject.ts';
import { readSplitOrigin } from '../lib/training-data.ts';
import { FEATURE_TITLES } from './feature-titles.ts';

export async function describeAccidents(holdout: Holdout): Promise<Subject> {
  const origin = await readSplitOrigin();
  return {
    question: 'Is the worst-hit person of a road accident killed or taken to hospital?',
    rows: 'accidents',
    classes: ['not severe', 'severe'],
    titles: FEATURE_TITLES,
    groupings: 'rows' in holdout ? groupAccidents(holdout.rows, holdout.columns) : [],
    ...(origin === undefined ? {} : { origin: `Data: ${origin}.` }),
  };
}

interface GroupRule {
  readonly by: string;
  readonly title: string;
  readonly column: string;
  /** NaN is missing. */
  readonly labelOf: (value: number) => string;
  /** Labels in the order they are shown; those of any other rule come by code unit. */
  readonly order?: readonly string[];
}

function groupAccidents(
  { rows: count, columns: width, values }: Matrix,
  columns: readonly string[],
): readonly Grouping[] {
  return RULES.flatMap(({ by, title, column, labelOf, order }) => {
    const at = columns.indexOf(column);
    if (at < 0) return [];
    const labels = Array.from({ length: count }, (_, row) => labelOf(values[row * width + at] ?? Number.NaN));
    const names = order ?? [...new Set(labels)].sort(compareCodeUnits);
    return [{ by, title, groups: groupRows(count, names, (row) => labels[row]) }];
  });
}

const LIGHT = [
  'daylight',
  'dusk or dawn',
  'night, no street lights',
  'night, street lights off',
  'night, street lights on',
];
const AGES = ['0–17', '18–24', '25–34', '35–44', '45–54', '55–64', '65–74', '75 and more'];
const LAST_AGES = [17, 24, 34, 44, 54, 64, 74];
const UNKNOWN = 'unknown';

const RULES: readonly GroupRule[] = [
  {
    by: 'light',
    title: 'light',
    column: 'lum',
    order: [...LIGHT, UNKNOWN],
    labelOf: (code) => LIGHT[code - 1] ?? UNKNOWN,
  },
  {
    by: 'age',
    title: 'age of the worst-hit person',
    column: 'victim_age',
    order: [...AGES, UNKNOWN],
    labelOf: ageBand,
  },
  { by: 'year', title: 'year', column: 'year_acc', labelOf: nameOf },
  { by: 'department', title: 'département', column: 'dep', labelOf: departmentName },
];

function ageBand(age: number): string {
  if (Number.isNaN(age)) return UNKNOWN;
  const band = LAST_AGES.findIndex((last) => age <= last);
  return AGES[band < 0 ? LAST_AGES.length : band] ?? UNKNOWN;
}

/** As people write it: 1 is 01, 201 and 202 are the two of Corsica (docs/data.md). */
function departmentName(code: number): string {
  if (code === 201) return '2A';
  if (code === 202) return '2B';
  return nameOf(code).padStart(2, '0');
}

function nameOf(value: number): string {
  return Number.isNaN(value) ? UNKNOWN : String(value);
}
