/**
 * `migrate`: a DVC repository becomes a pipeline of pipe without running a stage. DVC's files stay as they are.
 *
 * Everything is found out first, and nothing written but objects, which are nobody's yet; then locks and
 * pipeline files at one go. So a stop in the middle leaves a DVC repository as it was.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { toPipeIgnore } from '../../core/dvc/ignore.ts';
import type { Failure } from '../../core/failure.ts';
import { PIPELINE_FILE } from '../../core/stage-name.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { readCacheConfig } from '../../store/config.ts';
import { createDigester } from '../../store/digest.ts';
import { createDvcPlaces } from '../../store/dvc/dvc-places.ts';
import { createIgnore } from '../../store/ignore.ts';
import { layoutOf } from '../../store/layout.ts';
import { preparePipeFolder } from '../../store/pipe-folder.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';
import { systemFailure } from '../../store/system-failure.ts';
import { signalName } from '../signal-name.ts';
import type { Environment } from '../workspace.ts';
import { type Conversion, convert } from './convert.ts';
import { type Downloaded, download } from './download.ts';
import { entryOf, type EntryParts, recordedPath, type StageOutcome } from './entries.ts';
import { type DvcProject, readDvcProject } from './read.ts';
import { remotesIn, type DvcRemote } from './remotes.ts';
import { type MigrateReport, reportOf } from './report.ts';
import { createResolver, type Resolver } from './resolve.ts';
import { findRuns } from './runs.ts';
import { settingsOf } from './settings.ts';
import { type DvcSource, resolveSource, type SourceOutcome, sourcesOf } from './sources.ts';
import { type Findings, ignoreInGit, storeFound, writeAll, type WriteParts } from './write.ts';

export interface MigrateOptions {
  /** Absolute; the repository is looked for here and above. */
  readonly cwd: string;
  readonly env?: Environment;
  readonly signal?: AbortSignal;
  /** Only report. */
  readonly check?: boolean;
  /** Write the pipeline files anew where there are some; the old ones are kept under .pipe/saved/. */
  readonly force?: boolean;
  /** Ask remotes for what is not on this machine; default: true. */
  readonly pull?: boolean;
  readonly now?: () => Date;
  readonly onProgress?: (progress: MigrateProgress) => void;
}

export type MigrateProgress =
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'fetched'; readonly files: number; readonly of: number; readonly bytes: number };

/** Failures: no-dvc-repo, pipeline-invalid, migrate-refused, config-invalid, path-refused, system, interrupted. */
export async function migrate(options: MigrateOptions): Promise<Result<MigrateReport, Failure>> {
  const { signal = new AbortController().signal } = options;
  try {
    const prepared = await prepare(options);
    return prepared.ok ? await carryOver({ ...options, signal }, prepared.value) : prepared;
  } catch (error) {
    if (signal.aborted) return err({ code: 'interrupted', signal: signalName(signal) });
    return err(systemFailure(error, { operation: 'migrate', path: options.cwd }));
  }
}

interface Prepared {
  readonly project: DvcProject;
  readonly sources: readonly DvcSource[];
  readonly conversion: Conversion;
  readonly settings: ReadonlyMap<string, string>;
  readonly remotes: readonly DvcRemote[];
  readonly notes: MigrateReport['notes'];
}

async function prepare({ cwd, env = process.env, check, force }: MigrateOptions): Promise<Result<Prepared, Failure>> {
  const project = readDvcProject(cwd, env);
  if (!project.ok) return project;
  const { root, ignoreFiles } = project.value.repo;
  const { sources, notes } = sourcesOf(project.value);
  const conversion = await convert(project.value, sources);
  if (!conversion.ok) return conversion;
  const shared = new Set(
    project.value.configFiles
      .flatMap(({ file, sections }) => (file === '.dvc/config' ? sections : []))
      .flatMap(({ name }) => name ?? []),
  );
  const remotes = remotesIn({ config: project.value.config, shared, root });
  const { configText, notes: onConfig } = settingsOf(project.value, remotes);
  const settings = new Map([
    ...textAt('.pipeignore', toPipeIgnore(ignoreFiles)),
    ...textAt('.pipe/config.yaml', existsSync(join(root, '.pipe/config.yaml')) ? undefined : configText),
  ]);
  const refusal = check || force ? undefined : inTheWay(root, conversion.value, settings);
  if (refusal !== undefined) return err(refusal);
  return ok({
    project: project.value,
    sources,
    conversion: conversion.value,
    settings,
    remotes,
    notes: [...notes, ...onConfig],
  });
}

const textAt = (file: string, text: string | undefined): readonly (readonly [string, string])[] =>
  text === undefined ? [] : [[file, text]];

/** A file that says the same already is what an interrupted migration left, and no hindrance; the root's own is the end of one. */
function inTheWay(root: string, { texts }: Conversion, settings: ReadonlyMap<string, string>): Failure | undefined {
  if (existsSync(join(root, PIPELINE_FILE))) {
    const hint =
      'nothing to do, unless dvc.yaml is to be read once more: `pipe migrate --force` writes pipeline.yaml anew, keeps the old one under .pipe/saved/, and adds lock entries that were missing';
    return { code: 'migrate-refused', problem: `${root} has a pipeline.yaml already`, problems: [], hint };
  }
  const others = [...texts, ...settings].filter(
    ([file, text]) => ![undefined, text].includes(readTextIfThere(join(root, file))),
  );
  if (others.length === 0) return undefined;
  const hint = 'move them away, or `pipe migrate --force`, which keeps them under .pipe/saved/';
  return {
    code: 'migrate-refused',
    problem: `already here: ${others.map(([file]) => file).join(', ')}`,
    problems: [],
    hint,
  };
}

type Carrying = MigrateOptions & { readonly signal: AbortSignal };

async function carryOver(options: Carrying, prepared: Prepared): Promise<Result<MigrateReport, Failure>> {
  const { check = false, pull = true, signal, now = () => new Date() } = options;
  const { project, conversion, settings, remotes } = prepared;
  const { root } = project.repo;
  const plain = layoutOf(root);
  const cache = await readCacheConfig(plain);
  if (!cache.ok) return cache;
  const layout = layoutOf(root, cache.value);
  const ignore = createIgnore(root, settings.get('.pipeignore'));
  const digester = createDigester({ root, ignore });
  const folder = join(layout.pipe, 'migrate');
  const kept = [...cacheFolders(project), ...foldersIn(remotes)];
  const places = createDvcPlaces([...kept, folder]);
  const resolver = createResolver({ root, digester, ignore, dvcIgnore: project.repo.ignore, places });

  let found = await findAll(options, { prepared, resolver });
  const wanted = [
    ...found.stages.flatMap(({ absent }) => absent),
    ...found.sources.flatMap(({ absent }) => absent ?? []),
  ].flatMap((one) => one.wanted);
  let fetched: Downloaded | undefined;
  if (!check && pull && wanted.length > 0 && remotes.some(({ access }) => access.kind === 'server')) {
    preparePipeFolder(layout);
    const onProgress = (progress: { files: number; of: number; bytes: number }) =>
      options.onProgress?.({ kind: 'fetched', ...progress });
    const at = { root, folder, uploads: join(folder, 'uploads'), env: options.env ?? process.env };
    fetched = await download({ ...at, remotes, signal, onProgress }, wanted);
    found = await findAll(options, { prepared, resolver });
  }
  const runs = await findRuns({ ...entryParts(root, { conversion, resolver }), conversion, folders: kept, signal });
  const findings: Findings = { conversion, settings, ...found, runs: runs.carried };
  const done = { root, check, conversion, ...found, runs, remotes, notes: prepared.notes, fetched };
  if (check)
    return ok(
      reportOf({
        ...done,
        files: [...settings.keys(), ...conversion.texts.keys()],
        toCommit: [],
        stored: { objects: 0, bytes: 0 },
      }),
    );

  const parts: WriteParts = { layout, cache: cache.value, digester, now: now() };
  const stored = await storeFound(parts, findings, () => signal.throwIfAborted());
  if (!stored.ok) return stored;
  signal.throwIfAborted();
  const files = writeAll(parts, findings);
  const isInGit = await ignoreInGit(root, conversion.pipeline);
  const toCommit = isInGit ? committable(root, files) : [];
  digester.save();
  rmSync(folder, { recursive: true, force: true });
  return ok(reportOf({ ...done, files, toCommit, stored: stored.value }));
}

interface Finding {
  readonly prepared: Prepared;
  readonly resolver: Resolver;
}

async function findAll(
  { signal, onProgress }: Carrying,
  { prepared: { project, conversion, sources }, resolver }: Finding,
): Promise<{ readonly stages: readonly StageOutcome[]; readonly sources: readonly SourceOutcome[] }> {
  const parts = entryParts(project.repo.root, { conversion, resolver });
  const foundSources: SourceOutcome[] = [];
  for (const source of sources) {
    signal.throwIfAborted();
    onProgress?.({ kind: 'stage', stage: source.path });
    foundSources.push(await resolveSource(resolver, source));
  }
  const stages: StageOutcome[] = [];
  for (const pair of conversion.stages) {
    signal.throwIfAborted();
    onProgress?.({ kind: 'stage', stage: pair.stage.name });
    stages.push(await entryOf(parts, pair));
  }
  return { stages, sources: foundSources };
}

function entryParts(
  root: string,
  { conversion, resolver }: { readonly conversion: Conversion; readonly resolver: Resolver },
): EntryParts {
  const executables = execPaths(root, conversion);
  return { root, resolver, isExec: (path) => executables.has(path) };
}

const committable = (root: string, files: readonly string[]): readonly string[] => [
  ...files,
  ...['locks', '.gitattributes', '.gitignore'].filter((path) => existsSync(join(root, path))),
];

/** DVC records the bit of an out, not of the dep that it is elsewhere. */
function execPaths(root: string, { stages }: Conversion): ReadonlySet<string> {
  return new Set(
    stages.flatMap(({ stage, record }) =>
      (record?.outs ?? []).flatMap(({ path, isExec }) => (isExec ? [recordedPath(root, stage, path)] : [])),
    ),
  );
}

function cacheFolders({ repo, config }: DvcProject): readonly string[] {
  const cache = config.find(({ section }) => section === 'cache')?.values;
  const local = config.find(
    ({ section, name }) => section === 'remote' && name !== undefined && name === cache?.get('local'),
  );
  return [
    ...new Set(
      [cache?.get('dir'), local?.values.get('url'), join(repo.root, '.dvc', 'cache')].flatMap((folder) => folder ?? []),
    ),
  ];
}

const foldersIn = (remotes: readonly DvcRemote[]): readonly string[] =>
  remotes.flatMap(({ access }) => (access.kind === 'folder' ? [access.path] : []));
