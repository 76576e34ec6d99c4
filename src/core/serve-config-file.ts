/**
 * `serve:` of a configuration file from text, all problems at once, each with its place. What the other
 * keys of `.pipe/config.yaml` say is for `core/config-file`.
 *
 * Pure and heavy (a YAML parser and a schema library): import it lazily.
 */
import { z } from 'zod';
import { err, ok, type Result } from '../lib/result.ts';
import type { Failure, Problem } from './failure.ts';
import { describeIssue } from './pipeline-problem.ts';
import { SERVE_SETTINGS, type ServeTexts, type Setting } from './serve-config.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

const KEYS = Object.keys(SERVE_SETTINGS);

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())], {
  error: 'expected text, a number, true or false, or a list of texts',
});
const section = z.strictObject(Object.fromEntries(KEYS.map((key) => [key, value.optional()])));
const own = z.strictObject({ serve: section.nullable().optional() });
const shared = z.looseObject({ serve: section.nullable().optional() });

export interface ServeConfigText {
  readonly file: string;
  readonly text: string;
  /** Nothing but `serve:` may stand in it. */
  readonly isOwn: boolean;
}

/** Failures: config-invalid. */
export function parseServeConfig({ file, text, isOwn }: ServeConfigText): Result<ServeTexts, Failure> {
  const source = readYaml({ file, text, bigints: false });
  if (source.problems.length > 0) return err({ code: 'config-invalid', problems: source.problems });
  const parsed = (isOwn ? own : shared).safeParse(source.data ?? {}, { reportInput: true });
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => describeIssue(source, issue, knownKeysAt));
    return err({ code: 'config-invalid', problems });
  }
  const texts = Object.fromEntries(
    Object.entries(parsed.data.serve ?? {}).map(([key, said]) => [key, said === undefined ? undefined : String(said)]),
  );
  const problems = findValueFaults(source, texts);
  return problems.length > 0 ? err({ code: 'config-invalid', problems }) : ok(texts);
}

const knownKeysAt = (path: readonly (string | number)[]): readonly string[] => (path.length === 0 ? ['serve'] : KEYS);

function findValueFaults(source: YamlSource, texts: ServeTexts): readonly Problem[] {
  return Object.entries<Setting<unknown>>(SERVE_SETTINGS).flatMap(([key, { parse, expected }]) => {
    const text = Object.entries(texts).find(([name]) => name === key)?.[1];
    if (text === undefined || parse(text) !== undefined) return [];
    return [source.problem({ path: ['serve', key], message: `expected ${expected}` })];
  });
}
