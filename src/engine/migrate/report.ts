/** What a migration did, or would do, as a value: the shape of `pipe migrate --json`. */
import type { Note } from '../../core/dvc/note.ts';
import type { Conversion } from './convert.ts';
import type { Downloaded } from './download.ts';
import type { StageOutcome } from './entries.ts';
import type { DvcRemote } from './remotes.ts';
import type { FoundRuns } from './runs.ts';
import type { SourceOutcome } from './sources.ts';
import type { Stored } from './write.ts';

export interface MigrateReport {
  /** Absolute. */
  readonly root: string;
  /** Nothing was written: this is what would be. */
  readonly check: boolean;
  readonly stages: readonly MigratedStage[];
  readonly sources: readonly MigratedSource[];
  readonly remotes: readonly MigratedRemote[];
  /** What is written otherwise, and what pipe has nothing like, in the order of files. */
  readonly notes: readonly Note[];
  /** Root-relative: what is written beside locks/. */
  readonly files: readonly string[];
  /** Root-relative: what of all that was written belongs into git's next commit; empty outside of git. */
  readonly toCommit: readonly string[];
  /** Of DVC's run cache: how many runs it has, and how many came over; of the others a dep or an out is not at hand, or dvc.yaml says otherwise by now. */
  readonly runs: { readonly known: number; readonly carried: number };
  /** Objects that came into the cache. */
  readonly stored: Stored;
  readonly fetched: { readonly files: number; readonly bytes: number };
}

export interface MigratedStage {
  readonly stage: string;
  /** Where it stood: `dvc.yaml:train`. */
  readonly dvc: string;
  readonly hasLock: boolean;
  /** Why it has none: it runs, or is restored, at the next `pipe repro`. */
  readonly reasons: readonly string[];
  /** With a lock entry: what has changed since, and makes it stale. */
  readonly changed: readonly string[];
}

export interface MigratedSource {
  readonly path: string;
  /** The `.dvc` file. */
  readonly dvc: string;
  readonly hasLock: boolean;
  readonly isInWorkspace: boolean;
  readonly reason?: string;
}

export interface MigratedRemote {
  readonly name: string;
  readonly url: string;
  readonly isDefault: boolean;
  /** Where pipe keeps its own in the same place, under the same name. */
  readonly carried?: string;
  /** Why its data could not be read, where that was tried. */
  readonly unreachable?: string;
}

export interface ReportParts {
  readonly root: string;
  readonly check: boolean;
  readonly conversion: Conversion;
  readonly stages: readonly StageOutcome[];
  readonly sources: readonly SourceOutcome[];
  readonly runs: FoundRuns;
  readonly remotes: readonly DvcRemote[];
  readonly notes: readonly Note[];
  readonly files: readonly string[];
  readonly toCommit: readonly string[];
  readonly stored: Stored;
  readonly fetched: Downloaded | undefined;
}

export function reportOf(parts: ReportParts): MigrateReport {
  const { root, check, stages, sources, remotes, files, toCommit, stored, fetched } = parts;
  return {
    root,
    check,
    stages: stages.map(({ stage, dvc, entry, reasons, changed }) => ({
      stage,
      dvc,
      hasLock: entry !== undefined,
      reasons,
      changed,
    })),
    sources: sources.map(({ path, file, found, absent }) => ({
      path,
      dvc: file,
      hasLock: found !== undefined,
      isInWorkspace: found?.isInWorkspace ?? false,
      ...(absent !== undefined && { reason: absent.why }),
    })),
    remotes: remotes.map((remote) => toRemote(remote, fetched)),
    notes: [...parts.conversion.notes, ...parts.notes, ...untracked(parts), ...wrong(fetched)],
    files,
    toCommit,
    runs: { known: parts.runs.known, carried: parts.runs.carried.length },
    stored,
    fetched: { files: fetched?.files ?? 0, bytes: fetched?.bytes ?? 0 },
  };
}

function toRemote(
  { name, shown, isDefault, access, carried }: DvcRemote,
  fetched: Downloaded | undefined,
): MigratedRemote {
  const why = fetched?.unreachable.get(name) ?? (access.kind === 'none' ? access.why : undefined);
  return {
    name,
    url: shown,
    isDefault,
    ...(carried !== undefined && { carried: carried.url }),
    ...(why !== undefined && { unreachable: why }),
  };
}

function untracked({ stages, sources }: ReportParts): readonly Note[] {
  const found = [
    ...sources.flatMap(({ path, found }) => (found === undefined ? [] : [{ path, names: found.untracked }])),
    ...stages.flatMap(({ outs }) => [...outs].map(([path, out]) => ({ path, names: out.untracked }))),
  ];
  return found
    .filter(({ names }) => names.length > 0)
    .map(({ path, names }) => ({
      kind: 'lost',
      file: path,
      path: '',
      message: `${names.length} files in it are none that pipe tracks (${names.slice(0, 3).join(', ')}${names.length > 3 ? ' …' : ''})`,
    }));
}

function wrong(fetched: Downloaded | undefined): readonly Note[] {
  return (fetched?.wrong ?? []).map((md5) => ({
    kind: 'lost',
    file: md5,
    path: '',
    message: 'came from a remote with other content than its name says, and was thrown away',
  }));
}
