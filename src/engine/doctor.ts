/**
 * `doctor`: looks at everything a checkout rests on, and says what is wrong and what mends it. With `fix`
 * it mends what can be mended without loss: broken objects go to quarantine, dead claims are recovered.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { isDigest } from '../lib/digest.ts';
import { ok, type Result } from '../lib/result.ts';
import { type Claim, listClaims, releaseClaim } from '../store/claims.ts';
import { layoutOf } from '../store/layout.ts';
import { supportedLinks } from '../store/link-support.ts';
import { lockedStages, lockPath, readLock } from '../store/locks.ts';
import { createObjectFiles } from '../store/objects-files.ts';
import { lifeOf } from '../store/process-identity.ts';
import { listIfThere } from '../store/read-if-there.ts';
import { systemFailure } from '../store/system-failure.ts';
import { verifyObjects } from '../store/verify-objects.ts';
import { findRoot, type LoadedPipeline, loadPipeline } from './load.ts';
import { recover } from './recover.ts';
import { createWorkspace, type Environment } from './workspace.ts';

export interface DoctorOptions {
  /** Absolute. */
  readonly cwd: string;
  readonly fix?: boolean;
  /** Remotes to be tried, by name; asked only then. */
  readonly remotes?: readonly string[];
  readonly env?: Environment;
  readonly signal?: AbortSignal;
  /** Asked before a claim of another machine is taken away: only a person can know that its holder is gone. */
  readonly mayTake?: (claim: Claim) => Promise<boolean>;
}

export interface Finding {
  readonly about: 'node' | 'git' | 'pipeline' | 'locks' | 'cache' | 'links' | 'objects' | 'claims' | 'remote';
  readonly state: 'fine' | 'mended' | 'problem';
  readonly message: string;
  /** What changes it. */
  readonly hint?: string;
}

/** Failures: no-pipeline. Everything else is a finding. */
export async function doctor(options: DoctorOptions): Promise<Result<readonly Finding[], Failure>> {
  const { fix = false, signal = new AbortController().signal } = options;
  const environment = [node(), git(options.cwd)];
  const loaded = await loadPipeline(options.cwd);
  if (!loaded.ok && loaded.error.code === 'no-pipeline') return loaded;
  if (!loaded.ok) {
    const hint = '`pipe status` shows each of them';
    return ok([...environment, problem('pipeline', 'your files have problems', hint)]);
  }
  const { pipeline, root } = loaded.value;
  return ok([
    ...environment,
    fine('pipeline', `${pipeline.stages.length} stages in ${root}`),
    ...locks(loaded.value),
    ...cache(loaded.value),
    ...(await objects(loaded.value, { fix, signal })),
    ...(await claims(loaded.value, options)),
    ...(await remotes(loaded.value, options)),
  ]);
}

type About = Finding['about'];

const fine = (about: About, message: string): Finding => ({ about, state: 'fine', message });
const mended = (about: About, message: string): Finding => ({ about, state: 'mended', message });
const problem = (about: About, message: string, hint?: string): Finding => ({
  about,
  state: 'problem',
  message,
  ...(hint !== undefined && { hint }),
});

async function remotes(loaded: LoadedPipeline, options: DoctorOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const name of options.remotes ?? []) findings.push(await remoteFinding(loaded, name, options));
  return findings;
}

async function remoteFinding(
  loaded: LoadedPipeline,
  name: string,
  { env = process.env, signal }: DoctorOptions,
): Promise<Finding> {
  const { openNamed } = await import('./remotes.ts');
  const { checkRemote } = await import('../store/remotes/check-remote.ts');
  const opened = await openNamed(loaded, { name, env, signal });
  if (!opened.ok) {
    const why = 'problem' in opened.error ? opened.error.problem : 'there is none of that name that can be opened';
    return problem('remote', `${name}: ${why}`, '`pipe remote list` shows those there are');
  }
  const { remote } = opened.value;
  const checked = await checkRemote(remote);
  await remote.close();
  if (checked.ok) return fine('remote', `${name} (${remote.shown}) ${checked.value}`);
  return problem('remote', `${name} (${remote.shown}): ${checked.error.problem}`, checked.error.hint);
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  const message = `node ${process.version} on ${process.platform} ${process.arch}`;
  return isNew ? fine('node', message) : problem('node', message, 'pipe needs Node 20.19 or later');
}

function git(cwd: string): Finding {
  const ask = (...args: readonly string[]) => {
    try {
      return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return undefined;
    }
  };
  const version = ask('--version');
  if (version === undefined) return problem('git', 'git is not installed', 'lock entries are made to be committed');
  if (ask('rev-parse', '--is-inside-work-tree') !== 'true') return fine('git', `${version}; this is no git checkout`);
  const root = findRoot(cwd) ?? cwd;
  const isExposed =
    existsSync(join(root, '.pipe')) && ask('-C', root, 'check-ignore', '-q', '.pipe/claims') === undefined;
  return isExposed
    ? problem('git', 'git would commit .pipe/', 'run `pipe repro` once, or restore .pipe/.gitignore')
    : fine('git', version);
}

function locks({ root, pipeline }: LoadedPipeline): readonly Finding[] {
  const layout = layoutOf(root);
  const known = new Set(pipeline.stages.map(({ name }) => name));
  const findings = lockedStages(layout).flatMap((stage): readonly Finding[] => {
    const lock = readLock(layout, stage);
    const file = lockPath(stage);
    if (lock?.kind === 'conflict')
      return [problem('locks', `${file}: ${lock.problem}`, 'take either side, or delete it, and run `pipe repro`')];
    if (lock?.kind === 'altered')
      return [problem('locks', `${file} is not as pipe wrote it`, '`pipe repro` writes it anew')];
    return known.has(stage) ? [] : [problem('locks', `${file} belongs to no stage`, '`pipe gc --locks` removes it')];
  });
  return findings.length > 0 ? findings : [fine('locks', 'every lock entry can be read and belongs to a stage')];
}

function cache({ root, cache: { dir, link } }: LoadedPipeline): readonly Finding[] {
  try {
    const possible = supportedLinks(dir, root);
    const first = link.find((kind) => possible.includes(kind)) ?? 'copy';
    return [fine('cache', dir), fine('links', `files come out as ${first}; possible here: ${possible.join(', ')}`)];
  } catch (error) {
    const failure = systemFailure(error, { operation: 'write', path: dir });
    const message = failure.code === 'system' ? `${dir}: ${failure.problem}` : dir;
    return [problem('cache', message, 'check who owns it, or set cache.dir in .pipe/config.local.yaml')];
  }
}

async function objects(
  { cache: config }: LoadedPipeline,
  { fix, signal }: { readonly fix: boolean; readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const { count, broken } = await verifyObjects(config.dir, signal);
  const files = createObjectFiles(config);
  const findings = broken.map(({ digest }): Finding => {
    if (fix) files.quarantine(digest);
    const message = `object ${digest.slice(0, 12)} is not what its name says`;
    return fix
      ? mended('objects', `${message}: moved to quarantine`)
      : problem('objects', message, '`pipe doctor --fix` moves it to quarantine; `pipe repro` makes it again');
  });
  const aside = listIfThere(`${config.dir}/quarantine`).filter((name) => isDigest(basename(name).split('-')[0])).length;
  const kept = aside === 0 ? '' : `; ${aside} in ${config.dir}/quarantine, to be looked at and deleted`;
  return [...findings, fine('objects', `${count - broken.length} of ${count} objects are whole${kept}`)];
}

async function claims(
  loaded: LoadedPipeline,
  { fix = false, env = process.env, mayTake }: DoctorOptions,
): Promise<readonly Finding[]> {
  const workspace = createWorkspace(loaded, { env });
  const { layout } = workspace;
  const findings: Finding[] = [];
  for (const claim of listClaims(layout)) {
    const { stage, holder } = claim;
    const who = `${stage}, claimed by pid ${holder.pid} on ${holder.host} since ${claim.since}`;
    const life = lifeOf(holder);
    if (life === 'alive') findings.push(fine('claims', `${who}, is being worked on`));
    else if (life === 'dead' && fix) {
      await recover(workspace, () => undefined);
      findings.push(mended('claims', `${who}, who is dead: recovered`));
    } else if (life === 'dead')
      findings.push(problem('claims', `${who}, who is dead`, 'the next `pipe repro` recovers, or --fix now'));
    else if (fix && (await mayTake?.(claim)) === true) {
      releaseClaim(layout, claim.id);
      findings.push(mended('claims', `${who}: taken away`));
    } else
      findings.push(
        problem('claims', `${who}: of another machine`, 'if that is gone for good, --fix takes it away after asking'),
      );
  }
  return findings.length > 0 ? findings : [fine('claims', 'no stage is being worked on')];
}
