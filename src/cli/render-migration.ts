/** The report of `pipe migrate` for people: what there is now, what is not up to date and why, what was not carried over. */
import type { Note } from '../core/dvc/note.ts';
import type { MigratedRemote, MigratedSource, MigratedStage, MigrateReport } from '../engine/migrate/report.ts';
import { renderSize } from './render-size.ts';
import type { Theme } from './theme.ts';

/** Whether everything came over and is up to date. */
export function isClean({ stages, sources, notes }: MigrateReport): boolean {
  return (
    stages.every(({ hasLock, changed }) => hasLock && changed.length === 0) &&
    sources.every(({ hasLock, isInWorkspace }) => hasLock && isInWorkspace) &&
    notes.every(({ kind }) => kind !== 'lost')
  );
}

export function renderMigration(report: MigrateReport, theme: Theme, verbose: boolean): string {
  const { stages, sources, notes } = report;
  const blocks = [
    renderTotals(report, theme),
    renderStages(stages, theme, verbose),
    renderSources(sources, theme),
    renderNotes(
      'not carried over',
      notes.filter(({ kind }) => kind === 'lost'),
      theme,
    ),
    renderNotes(
      'written otherwise',
      notes.filter(({ kind }) => kind === 'changed'),
      theme,
    ),
    renderRemotes(report.remotes, theme),
    renderNext(report, theme),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function renderTotals({ check, files, stages, sources, runs, stored, fetched }: MigrateReport, theme: Theme): string {
  const locked = stages.filter(({ hasLock }) => hasLock).length;
  const known = sources.filter(({ hasLock }) => hasLock).length;
  return [
    `${check ? 'would write' : 'wrote'} ${[...files, ...(locked + known > 0 ? ['locks/'] : [])].map(theme.name).join(', ')}`,
    `${count(stages.length, 'stage')}, ${locked} with a lock entry; ${count(sources.length, 'source')}, ${known} with their content`,
    ...(runs.known > 0 ? [`${runs.carried} of ${count(runs.known, 'earlier run')} into the run cache`] : []),
    ...(stored.objects > 0 ? [`${count(stored.objects, 'object')} into the cache, ${renderSize(stored.bytes)}`] : []),
    ...(fetched.files > 0
      ? [`${count(fetched.files, 'file')} fetched from remotes of DVC, ${renderSize(fetched.bytes)}`]
      : []),
  ].join('\n');
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** Stages of which the same is to be said, as all of one that was never run, are named together. */
function renderStages(stages: readonly MigratedStage[], theme: Theme, verbose: boolean): string {
  const told = stages.filter(({ hasLock, changed }) => verbose || !hasLock || changed.length > 0);
  const alike = new Map<string, MigratedStage[]>();
  for (const stage of told) {
    const key = JSON.stringify([stage.hasLock, stage.reasons, stage.changed]);
    alike.set(key, [...(alike.get(key) ?? []), stage]);
  }
  return [...alike.values()].flatMap((group) => renderAlike(group, theme, verbose)).join('\n');
}

function renderAlike(group: readonly MigratedStage[], theme: Theme, verbose: boolean): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { hasLock, reasons, changed } = first;
  const names = shortened(
    group.map(({ stage }) => stage),
    verbose,
  ).map((name) => theme.name(name));
  const isOne = group.length === 1;
  if (hasLock && changed.length === 0) return group.map(({ stage }) => `${theme.good('✓')} ${theme.name(stage)}`);
  const said = hasLock ? `${isOne ? 'has' : 'have'} changed since` : `${isOne ? 'has' : 'have'} no lock entry`;
  return [
    `${theme.warn(hasLock ? '~' : '-')} ${names.join(', ')} ${said}`,
    ...shortened(hasLock ? changed : reasons, verbose).map((line) => `    ${line}`),
  ];
}

const MOST_LINES = 4;

function shortened(lines: readonly string[], verbose: boolean): readonly string[] {
  if (verbose || lines.length <= MOST_LINES + 1) return lines;
  return [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more (-v)`];
}

function renderSources(sources: readonly MigratedSource[], theme: Theme): string {
  return sources
    .flatMap(({ path, dvc, hasLock, isInWorkspace, reason }) => {
      if (!hasLock)
        return [`${theme.warn('-')} source ${theme.name(path)} (${dvc}) is not at hand`, `    ${reason ?? ''}`];
      return isInWorkspace
        ? []
        : [
            `${theme.warn('~')} source ${theme.name(path)} is in the cache, and not in the workspace as it was recorded`,
          ];
    })
    .join('\n');
}

function renderNotes(title: string, notes: readonly Note[], theme: Theme): string {
  if (notes.length === 0) return '';
  return [
    theme.strong(title),
    ...notes.map(
      ({ file, path, message }) => `  ${theme.faint([file, path].filter((part) => part !== '').join(' '))}: ${message}`,
    ),
  ].join('\n');
}

function renderRemotes(remotes: readonly MigratedRemote[], theme: Theme): string {
  if (remotes.length === 0) return '';
  return [
    theme.strong('remotes'),
    ...remotes.flatMap(({ name, url, carried, unreachable }) => [
      `  ${theme.name(name)} ${carried === undefined ? `${url}: pipe cannot push there` : `${carried}, beside what DVC has in ${url}`}`,
      ...(unreachable === undefined ? [] : [`    was not read: ${unreachable}`]),
    ]),
  ].join('\n');
}

function renderNext({ check, stages, sources, toCommit }: MigrateReport, theme: Theme): string {
  const isMissing =
    stages.some(({ reasons }) => reasons.some((reason) => reason.includes("DVC's cache"))) ||
    sources.some(({ hasLock }) => !hasLock);
  const isAbsent =
    stages.some(({ changed }) => changed.some((line) => line.includes('not in the workspace'))) ||
    sources.some(({ hasLock, isInWorkspace }) => hasLock && !isInWorkspace);
  const rows = check
    ? [['pipe migrate', 'does it']]
    : [
        ['pipe status', 'what would run, and why'],
        ...(isAbsent ? [['pipe checkout', 'brings what is in the cache and not in the workspace']] : []),
        ...(isMissing ? [['dvc pull && pipe migrate --force', 'once more, with the data that is missing']] : []),
        ...(toCommit.length > 0 ? [[renderAdd(toCommit), 'and commit; DVC can stay or go']] : []),
      ];
  return rows.map(([verb = '', what = '']) => `  ${theme.name(verb.padEnd(34))}  ${what}`).join('\n');
}

/** Many pipeline files are named by what they have in common. */
function renderAdd(paths: readonly string[]): string {
  const isPipeline = (path: string) => path.endsWith('pipeline.yaml');
  const pipelines = paths.filter(isPipeline);
  const named = pipelines.length > MOST_LINES ? ['*pipeline.yaml'] : pipelines;
  const others = paths.filter((path) => !isPipeline(path));
  return `git add ${[...named, ...others].map((path) => (/^[\w./-]+$/.test(path) ? path : `'${path}'`)).join(' ')}`;
}
