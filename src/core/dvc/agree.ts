/**
 * Whether dvc.lock speaks of the stage that dvc.yaml defines: same command, same deps, params and outs.
 * What their contents and values are now is another question (`engine/migrate`). Pure.
 */
import { resolveFromRoot } from '../root-path.ts';
import type { DvcRecord } from './lock.ts';
import type { DvcStage } from './stage.ts';

/** What they disagree on, as sentences; none: the record is of this stage. */
export function disagreements(stage: DvcStage, record: DvcRecord): readonly string[] {
  return [
    ...(sameCommand(stage.cmd, record.cmd) ? [] : ['dvc.lock has another command']),
    ...compare(
      'dep',
      stage.deps.map(plain),
      record.deps.map(({ path }) => plain(path)),
    ),
    ...compare('param', stage.params.flatMap(namesOf(record)), namesIn(record)),
    ...compare(
      'out',
      stage.outs.map(({ path }) => plain(path)),
      record.outs.map(({ path }) => plain(path)),
    ),
  ];
}

/** A list of one script and that script are two things to DVC. */
function sameCommand(a: DvcRecord['cmd'], b: DvcRecord['cmd']): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function compare(what: string, declared: readonly string[], recorded: readonly string[]): readonly string[] {
  const [now, was] = [new Set(declared), new Set(recorded)];
  return [
    ...[...now].filter((name) => !was.has(name)).map((name) => `dvc.lock does not know its ${what} ${name}`),
    ...[...was]
      .filter((name) => !now.has(name))
      .map((name) => `dvc.lock has a ${what} ${name} that dvc.yaml does not have`),
  ];
}

/** Of a whole file whatever was recorded of it counts. */
const namesOf =
  (record: DvcRecord) =>
  ({ file, keys }: DvcStage['params'][number]): readonly string[] => {
    const listed = keys ?? [...(record.params.get(file)?.keys() ?? [])];
    return keys === null && !record.params.has(file) ? [file] : listed.map((key) => nameOf(file, key));
  };

const namesIn = ({ params }: DvcRecord): readonly string[] =>
  [...params].flatMap(([file, keys]) => [...keys.keys()].map((key) => nameOf(file, key)));

const nameOf = (file: string, key: string): string => (plain(file) === 'params.yaml' ? key : `${plain(file)}:${key}`);

/** `a//b/`, `./a/b` and `a\b` are one path; `..` at the beginning stays. */
export function plain(path: string): string {
  const written = path.replaceAll('\\', '/');
  const [, up = ''] = /^((?:\.\.\/)*)/.exec(written) ?? [];
  const resolved = resolveFromRoot('.', written.slice(up.length));
  return resolved.ok ? `${up}${resolved.value}` : written;
}
