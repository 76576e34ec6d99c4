/**
 * The 28 features of the original project, in its order, as the signature of the model: what a
 * caller of /predict must send. Codes are those after recoding (recode.ts).
 */
import type { InputSpec } from '../../src/ml/model.ts';

const codes = (name: string, values: readonly number[], nullable = false): InputSpec => ({
  name,
  type: 'integer',
  codes: values,
  nullable,
});

interface RangeSpec {
  readonly range: readonly [low: number, high: number];
  readonly unit?: string;
  readonly type?: InputSpec['type'];
  readonly nullable?: boolean;
}

const range = (name: string, spec: RangeSpec): InputSpec => ({ type: 'integer', nullable: false, name, ...spec });

const upTo = (last: number, first = 1): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

export const FEATURES: readonly InputSpec[] = [
  codes('place', upTo(10)),
  codes('catu', upTo(3)),
  codes('sexe', [1, 2]),
  codes('secu1', upTo(9, 0)),
  range('year_acc', { range: [2019, 2030] }),
  range('victim_age', { range: [0, 110], unit: 'years', nullable: true }),
  codes('catv', upTo(6)),
  codes('obsm', [0, 1, 2, 4, 5, 6, 9]),
  codes('motor', upTo(6)),
  codes('catr', [1, 2, 3, 4, 5, 6, 7, 9]),
  codes('circ', upTo(4)),
  codes('surf', upTo(9)),
  codes('situ', [1, 2, 3, 4, 5, 6, 8], true),
  range('vma', { range: [5, 130], unit: 'km/h' }),
  range('jour', { range: [1, 31] }),
  range('mois', { range: [1, 12] }),
  codes('lum', upTo(5)),
  range('dep', { range: [1, 988] }),
  range('com', { range: [1001, 202366] }),
  codes('agg_', [1, 2]),
  codes('int', upTo(9)),
  codes('atm', [0, 1]),
  codes('col', upTo(7)),
  range('lat', { range: [-24, 51.2], unit: 'degrees', type: 'number', nullable: true }),
  range('long', { range: [-179, 169], unit: 'degrees', type: 'number', nullable: true }),
  range('hour', { range: [0, 23] }),
  range('nb_victim', { range: [1, 30] }),
  range('nb_vehicules', { range: [1, 20] }),
];

export const FEATURE_NAMES: readonly string[] = FEATURES.map(({ name }) => name);

/** Throws for a name that is no feature. */
export function featureIndex(name: string): number {
  const index = FEATURE_NAMES.indexOf(name);
  if (index < 0) throw new Error(`no feature ${name}`);
  return index;
}
