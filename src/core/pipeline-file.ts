/**
 * A pipeline from text to `Pipeline`: the root's pipeline.yaml and those it lists, all their problems
 * at once, each with its place.
 *
 * Pure and heavy (a YAML parser and a schema library): import it lazily, off the no-op path.
 * How stages relate is `core/graph`'s business.
 */
import { type Err, err, ok, type Result } from '../lib/result.ts';
import type { Failure, Problem } from './failure.ts';
import { byPlace, knownProblems } from './graph-links.ts';
import type { Pipeline } from './pipeline.ts';
import { parsePart } from './pipeline-part.ts';
import { joinParts } from './pipeline-parts.ts';
import type { ReadText } from './template-vars.ts';

export interface PipelineText {
  /** Root-relative; shown in problems and kept in every `Place`. */
  readonly file: string;
  readonly text: string;
  /** Other files: the result follows from `text`, what is read and what is listed here, and nothing else. */
  readonly readText?: ReadText;
  /** The files that an entry of `pipelines:` means. */
  readonly listFiles?: (pattern: string) => readonly string[];
}

export function parsePipeline({
  file,
  text,
  readText = () => undefined,
  listFiles = (pattern) => [pattern],
}: PipelineText): Result<Pipeline, Failure> {
  const root = parsePart({ file, text, readText, listFiles });
  const others = root.part.lists.flatMap((other) => {
    const otherText = readText(other.file);
    if (otherText !== undefined)
      return [parsePart({ file: other.file, text: otherText, readText, listedAt: other.place })];
    root.problems.push({ place: other.place, path: 'pipelines', message: `there is no file \`${other.file}\`` });
    return [];
  });
  const parsed = [root, ...others];
  const joined = joinParts(parsed.map(({ part }) => part));
  const own = [...parsed.flatMap((one) => one.problems), ...joined.problems];
  if (own.length === 0) return ok(joined.pipeline);
  // How stages fit together is wrong or right whatever else is wrong: it is told with the rest.
  return invalid(byPlace(joined.pipeline, [...own, ...knownProblems(joined.pipeline)]));
}

function invalid(problems: readonly Problem[]): Err<Failure> {
  return err({ code: 'pipeline-invalid', problems: withoutTwins(problems) });
}

/** All members of a group share what is wrong with their definition: that is told once. */
function withoutTwins(problems: readonly Problem[]): readonly Problem[] {
  const told = new Set<string>();
  return problems.filter(({ place, message }) => {
    const key = JSON.stringify([place, message]);
    return !told.has(key) && told.add(key);
  });
}
