/**
 * One entry of a stage's `deps`, its shape already checked, made into a `Dep`: a path, a glob, a text
 * that counts without its line ends, what a command prints, or what a server holds.
 */
import { isGlob } from './glob.ts';
import { isDigest, type Digest } from '../lib/digest.ts';
import type { Dep } from './pipeline.ts';
import type { DepShape } from './pipeline-schema.ts';
import { anyPath, complain, rootPath, type Within } from './pipeline-report.ts';
import type { PathPart } from './yaml-place.ts';

export function toDep(within: Within, index: number, dep: DepShape): Dep {
  const { report, at, wdir } = within;
  const path = [...at, 'deps', index];
  if (typeof dep !== 'string') return toSpecialDep(within, path, dep);
  const place = report.source.placeOf(path);
  if (dep.startsWith('!')) complain(report, { path, message: `\`${dep}\`: a glob cannot exclude`, hint: IGNORE_HINT });
  if (/^https?:\/\//.test(dep))
    complain(report, { path, message: `\`${dep}\` is no path`, hint: `write {url: ${dep}}` });
  return isGlob(dep)
    ? { kind: 'glob', pattern: rootPath(report, { path, written: dep, wdir, hint: OUTSIDE_HINT }), place }
    : { kind: 'path', path: anyPath(report, { path, written: dep, wdir }), place };
}

const OUTSIDE_HINT = 'what lies outside can be a dep as a file or a folder, without a glob';
const IGNORE_HINT = 'name what is never part of a folder or glob in .pipeignore';

type SpecialDep = Exclude<DepShape, string>;

function toSpecialDep({ report, wdir }: Within, path: readonly PathPart[], dep: SpecialDep): Dep {
  const place = report.source.placeOf(path);
  checkKeys({ report, path, dep });
  if (dep.run !== undefined) {
    if (dep.run.trim() === '') complain(report, { path: [...path, 'run'], message: '`run` is empty' });
    return { kind: 'command', script: dep.run, place };
  }
  if (dep.url !== undefined) {
    const problem = urlProblem(dep.url);
    if (problem !== undefined) complain(report, { path: [...path, 'url'], ...problem });
    return { kind: 'url', url: dep.url, sha256: toSha256({ report, path, dep }), place };
  }
  const written = dep.path ?? '.';
  const resolved = anyPath(report, { path: [...path, 'path'], written, wdir });
  return { kind: dep.eol === undefined ? 'path' : 'text', path: resolved, place };
}

interface Entry {
  readonly report: Within['report'];
  readonly path: readonly PathPart[];
  readonly dep: SpecialDep;
}

/** Which of the keys may stand together. */
function checkKeys({ report, path, dep }: Entry): void {
  const kinds = (['path', 'run', 'url'] as const).filter((key) => dep[key] !== undefined);
  const [first, second] = kinds;
  if (first === undefined) complain(report, { path, message: 'names neither a `path`, a `run` nor a `url`' });
  if (second !== undefined)
    complain(report, {
      path: [...path, second],
      atKey: true,
      message: `\`${first}\` and \`${second}\` exclude each other`,
    });
  const misplaced = [
    ...(dep.eol !== undefined && first !== 'path' ? [{ key: 'eol', owner: 'path' }] : []),
    ...(dep.sha256 !== undefined && first !== 'url' ? [{ key: 'sha256', owner: 'url' }] : []),
  ];
  for (const { key, owner } of misplaced)
    complain(report, { path: [...path, key], atKey: true, message: `\`${key}\` belongs to a \`${owner}\`` });
}

function urlProblem(written: string): { readonly message: string; readonly hint?: string } | undefined {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    return { message: `\`${written}\` is no http or https address` };
  if (url.username === '' && url.password === '') return undefined;
  const hint = 'the address would stand in locks/: let the command read the password from pass_env';
  return { message: 'an address may hold no user and no password', hint };
}

function toSha256({ report, path, dep: { sha256 } }: Entry): Digest | null {
  if (sha256 === undefined) return null;
  const digest = sha256.toLowerCase();
  if (isDigest(digest)) return digest;
  complain(report, { path: [...path, 'sha256'], message: `\`${sha256}\` is no SHA-256: 64 hexadecimal digits` });
  return null;
}
