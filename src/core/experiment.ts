/**
 * An experiment as git keeps it: a commit whose tree is what the run left behind, whose parent is what it began from,
 * and whose message says what was set. Pure; the ref's name is the experiment's.
 */
import { canonicalJson } from '../lib/canonical-json.ts';
import { digestOf } from '../lib/digest.ts';
import { isRecord, parseJson } from '../lib/parse-json.ts';

export interface ExperimentSpec {
  /** The commit that HEAD was. */
  readonly baseline: string;
  /** The commit it began from: the baseline, or one with what stood in the workspace. */
  readonly start: string;
  /** `key=value`, as for `params set`. */
  readonly set: readonly string[];
  readonly targets: readonly string[];
}

export interface Experiment extends ExperimentSpec {
  readonly name: string;
  readonly commit: string;
  /** ISO 8601. */
  readonly created: string;
}

const VERSION = 1;

/** The last line is for us, the first for people who look with git. */
export function renderMessage(name: string, { baseline, start, set, targets }: ExperimentSpec): string {
  const body = canonicalJson({ version: VERSION, baseline, start, set, targets });
  return `${name}: ${set.length === 0 ? 'as it stood' : set.join(' ')}\n\n${body}\n`;
}

/** Undefined: none of ours. */
export function parseMessage(message: string): ExperimentSpec | undefined {
  const json = parseJson(message.trimEnd().split('\n').at(-1) ?? '');
  if (!isRecord(json) || json['version'] !== VERSION) return undefined;
  const { baseline, start, set, targets } = json;
  if (typeof baseline !== 'string' || typeof start !== 'string') return undefined;
  return { baseline, start, set: texts(set), targets: texts(targets) };
}

/** Two of one key are one experiment. `tree`: of what it begins from, so that it does not hang on the time. */
export function experimentKey({ baseline, set, targets }: Omit<ExperimentSpec, 'start'>, tree: string): string {
  return digestOf(canonicalJson({ baseline, tree, set, targets })).slice(0, KEY_DIGITS);
}

const KEY_DIGITS = 8;

/** What git takes as a part of a ref, and every disk as a folder. */
export function isExperimentName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(name) && !name.includes('..') && !/(\.lock|\.)$/.test(name);
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((member) => typeof member === 'string') : [];
