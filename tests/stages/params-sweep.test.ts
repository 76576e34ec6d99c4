/**
 * Every setting of both params.yaml, given each kind of nonsense that it must not take: refused where it stands in the
 * file, by its name, with what is allowed. One process: the stages' own parsers, not their programs (programs.test.ts).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDocument, isMap } from 'yaml';
import { readImportParams as readReviewParams } from '../../examples/sentiment/stages/sentiment/import-params.ts';
import { readTrainParams } from '../../examples/sentiment/stages/sentiment/train-params.ts';
import { parseGatePolicy } from '../../src/index.ts';
import { parseTrainParams } from '../../src/ml/train-params.ts';
import { readImportParams } from '../../stages/accidents/import-params.ts';
import { parseParams, parseSection } from '../../stages/lib/params.ts';
import { renderProblem, type Checked } from '../../stages/lib/problem.ts';
import { readSplitParams } from '../../stages/lib/split.ts';

type Parse = (text: string) => Checked<unknown>;

interface Project {
  readonly file: string;
  /** By section. */
  readonly parsers: Readonly<Record<string, Parse>>;
  /** By setting: values in YAML, one a kind of nonsense, and the words that say what is allowed. */
  readonly refused: Readonly<Record<string, readonly [allowed: string, ...values: readonly string[]]>>;
}

const SPLIT = {
  'preprocess.split': ['hash, random', 'none', '3', 'null'],
  'preprocess.test_size': ['between 0 and 1', '0', '1', '-0.1', '.nan', 'much', 'null'],
  'preprocess.salt': ['a text', '""', '3', '[a]', 'null'],
  'preprocess.seed': ['from 0 to 4294967295', '-1', '4294967296', '1.5', 'x', 'null'],
} as const;

const SHARE = 'from 0 to 1';
const GATE = {
  'gate.metrics': ['metric', '[]', 'roc_auc', '[roc_auc, roc_auc]'],
  'gate.min_improvement': [SHARE, '-0.01', '1.5', '.nan', 'much', 'null'],
  'gate.max_regression': [SHARE, '-0.01', '1.5', '.nan', 'much', 'null'],
  'gate.mode': ['absolute', 'relative', '1', 'null'],
  'gate.rule': ['any or all', 'some', '1', 'null'],
  'gate.min': ['mapping', '0.6', '[0.6]', 'x'],
  'gate.require_ci': ['0.95', '0.4', '1', '95', 'x'],
  'gate.approval': ['automatic or manual', 'none', 'true', 'null'],
} as const;

const DIGESTS = ['mapping', 'x', '5', 'true', '[x]', '{x.csv: 5}'] as const;
const COUNT = ['from 1 to 10000', '0', '10001', '1.5', 'many', 'null'] as const;
const MANY = ['from 1 to 1000000', '0', '1000001', '1.5', 'many', 'null'] as const;
const PORTION = ['above 0, at most 1', '0', '1.1', '-1', '.nan', 'x', 'null'] as const;
const WEIGHT = ['none or balanced', 'even', '1', 'null'] as const;

const ACCIDENTS: Project = {
  file: '../../params.yaml',
  parsers: {
    import_data: (text) => parseParams(text, readImportParams),
    preprocess: (text) => parseParams(text, (params) => readSplitParams(params, 'key')),
    train: (text) => parseSection(text, 'train', parseTrainParams),
    gate: (text) => parseSection(text, 'gate', parseGatePolicy),
  },
  refused: {
    ...SPLIT,
    ...GATE,
    'import_data.source': ['synthetic, directory, http', 'ftp', '1', 'null'],
    'import_data.years': ['from 2005 to 2100', '2024', '[]', '[2004]', '[2101]', '[2024, 2024]', '["2024"]', 'null'],
    'import_data.accidents': ['from 100 to 1000000', '99', '1000001', '100.5', 'many', 'null'],
    'import_data.seed': ['from 0 to 4294967295', '-1', '4294967296', '0.5', 'x', 'null'],
    'import_data.directory': ['a text or null', '5', '""', '[a]'],
    'import_data.url': ['a text or null', '5', '""', '[a]'],
    'import_data.sha256': DIGESTS,
    'train.model': ['gbdt or random_forest or logistic', 'svm', '1', 'null'],
    'train.seed': ['a whole number from 0', '-1', '0.5', 'x', 'null'],
    'train.calibration': ['none or platt or isotonic', 'beta', '1'],
    'train.cross_validation': ['null or a whole number from 2 to 20', '1', '21', '2.5', 'x'],
    'train.gbdt': ['section', '5', '[1]', 'null'],
    'train.gbdt.trees': COUNT,
    'train.gbdt.learning_rate': PORTION,
    'train.gbdt.leaves': ['from 2 to 1024', '1', '1025', '2.5', 'x', 'null'],
    'train.gbdt.min_leaf': MANY,
    'train.gbdt.subsample': PORTION,
    'train.gbdt.colsample': PORTION,
    'train.gbdt.l2': ['from 0 to 1000000', '-1', '1000001', '.nan', '.inf', 'x', 'null'],
    'train.gbdt.class_weight': WEIGHT,
    'train.gbdt.early_stopping': ['rounds', '5', '{rounds: 0, share: 0.1}', '{rounds: 9, share: 0.6}', '{rounds: 9}'],
    'train.random_forest': ['section', '5', '[1]', 'null'],
    'train.random_forest.trees': COUNT,
    'train.random_forest.max_depth': ['from 1 to 64', '0', '65', '1.5', 'x', 'null'],
    'train.random_forest.min_leaf': MANY,
    'train.random_forest.class_weight': WEIGHT,
    'train.logistic': ['section', '5', '[1]', 'null'],
    'train.logistic.l2': ['above 0, at most 1000000', '0', '-1', '1000001', '.nan', 'x', 'null'],
    'train.logistic.class_weight': WEIGHT,
  },
};

const SENTIMENT: Project = {
  file: '../../examples/sentiment/params.yaml',
  parsers: {
    ...ACCIDENTS.parsers,
    import_data: (text) => parseParams(text, readReviewParams),
    train: (text) => parseParams(text, readTrainParams),
  },
  refused: {
    ...SPLIT,
    ...GATE,
    'import_data.source': ['synthetic, directory', 'http', '1', 'null'],
    'import_data.reviews': ['from 100 to 1000000', '99', '1000001', '100.5', 'many', 'null'],
    'import_data.seed': ['from 0 to 4294967295', '-1', '4294967296', '0.5', 'x', 'null'],
    'import_data.directory': ['a text or null', '5', '""', '[a]'],
    'import_data.sha256': DIGESTS,
    'train.model': ['naive_bayes', 'gbdt', '1', 'null'],
    'train.naive_bayes': ['mapping', '5', '[1]', 'null'],
    'train.naive_bayes.alpha': ['between 0 and 1000', '0', '1000', '-1', '.nan', 'x', 'null'],
    'train.naive_bayes.ngrams': ['from 1 to 3', '1', '[]', '[0]', '[4]', '[1, 1]', 'null'],
    'train.naive_bayes.min_df': ['from 1 to 10000000', '0', '10000001', '1.5', 'x', 'null'],
    'train.naive_bayes.max_features': ['null or a whole number from 1 to 10000000', '0', '10000001', '1.5', 'x'],
  },
};

describe.each([ACCIDENTS, SENTIMENT])('$file', ({ file, parsers, refused }) => {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const parse = (changed: string, section: string): readonly string[] => {
    const parsed = parsers[section]?.(changed) ?? expect.unreachable(section);
    return parsed.ok ? [] : parsed.error.map(renderProblem);
  };

  test('is taken as it stands, and every setting in it has its nonsense below', () => {
    expect(Object.keys(parsers).flatMap((section) => parse(text, section))).toEqual([]);
    const leaves = settingsOf(text);
    expect(leaves.filter((key) => refused[key] === undefined)).toEqual([]);
    expect(new Set(leaves.map((key) => key.split('.')[0]))).toEqual(new Set(Object.keys(parsers)));
  });

  const cases = Object.entries(refused).flatMap(([key, [allowed, ...values]]) =>
    values.map((value) => ({ key, allowed, value })),
  );

  test.each(cases)('$key: $value is refused where it stands, with what is allowed', ({ key, allowed, value }) => {
    const changed = withValue(text, key, value);
    const [message = '', ...others] = parse(changed.text, key.split('.')[0] ?? '');
    expect(message).toMatch(/^params\.yaml:\d+:\d+: /);
    expect(message.startsWith(`params.yaml:${changed.line}:`)).toBe(true);
    expect(message).toContain(`: ${key}`);
    expect(message).toContain(allowed);
    expect(others.every((other) => other.includes(`: ${key}`))).toBe(true);
  });

  const sections = [...new Set(Object.keys(refused).map((key) => key.split('.').slice(0, -1).join('.')))];

  test.each(sections)('%s: a setting nobody knows is refused by its name and place', (section) => {
    const changed = withValue(text, `${section}.nonsense`, '1');
    const [message] = parse(changed.text, section.split('.')[0] ?? '');
    expect(message).toMatch(new RegExp(`^params\\.yaml:${changed.line}:\\d+: ${section}.*nonsense`));
  });
});

/** Dotted, of everything that is no section; a mapping that a setting has for its value is one setting. */
function settingsOf(text: string): readonly string[] {
  const walk = (node: unknown, path: readonly string[]): readonly string[] =>
    isMap(node) && node.items.length > 0 && node.flow !== true
      ? node.items.flatMap(({ key, value }) => walk(value, [...path, String(key)]))
      : [path.join('.')];
  return walk(parseDocument(text).contents, []);
}

/** The file with another value, and the line on which that stands. */
function withValue(text: string, key: string, value: string): { readonly text: string; readonly line: number } {
  const document = parseDocument(text);
  document.setIn(key.split('.'), parseDocument(value).contents);
  const changed = document.toString({ lineWidth: 0 });
  const [offset = 0] = rangeOf(changed, key);
  return { text: changed, line: changed.slice(0, offset).split('\n').length };
}

function rangeOf(text: string, key: string): readonly number[] {
  const node = parseDocument(text).getIn(key.split('.'), true);
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? node.range.map(Number)
    : expect.unreachable(`${key} has no place`);
}
