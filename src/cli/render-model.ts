/** Registries, versions and what was done to them, as text for people. */
import { summarizeEvaluation } from '../core/gate-summary.ts';
import { versionName } from '../core/registry.ts';
import { assertNever } from '../lib/assert-never.ts';
import type { ExportedVersion, ImportedVersion } from '../engine/model-import.ts';
import type { ModelListing, VersionDetail } from '../engine/model-list.ts';
import type { ModelChange } from '../engine/model.ts';
import type { RepairAction } from '../store/registry-repair.ts';
import { alignColumns } from './columns.ts';
import type { Theme } from './theme.ts';

export function renderListing(listing: ModelListing, theme: Theme): string {
  const { model, versions } = listing;
  const head = `${theme.strong(model)}: ${headline(listing)}`;
  if (versions.length === 0) return head;
  const rows = versions.map(({ card, ...version }) => [
    versionName(version),
    version.status.replaceAll('_', ' '),
    metricText(card?.metrics['roc_auc']),
    metricText(card?.metrics['f1']),
    card?.kind ?? '',
    card?.created.slice(0, 16).replace('T', ' ') ?? '',
  ]);
  const [header = '', ...lines] = alignColumns([['VERSION', 'STATUS', 'AUC', 'F1', 'KIND', 'CREATED (UTC)'], ...rows]);
  const isLive = (index: number) => versions[index]?.status === 'production';
  return [
    head,
    theme.faint(`  ${header}`),
    ...lines.map((line, i) => `${isLive(i) ? theme.good('*') : ' '} ${line}`),
  ].join('\n');
}

function headline({ production, previous, pinned }: ModelListing): string {
  if (production === null) return 'nothing in production';
  return `version ${production} in production${pinned ? ', pinned' : ''}${previous === null ? '' : `, before it ${previous}`}`;
}

export function renderDetail(
  { model, name, sha, status, file, bytes, card, evaluation }: VersionDetail,
  theme: Theme,
): string {
  const metrics = Object.entries(card?.metrics ?? {}).filter(([, value]) => typeof value === 'number');
  const facts: readonly (readonly [string, string])[] = [
    ['status', status.replaceAll('_', ' ')],
    ['sha256', sha],
    ['file', `${file} (${bytes} bytes)`],
    ...(card === null
      ? []
      : [
          ['label', `${card.label} (${card.kind})`] as const,
          ['created', card.created] as const,
          [
            'commit',
            card.git === null ? 'none' : `${card.git.commit}${card.git.dirty ? ', with uncommitted changes' : ''}`,
          ] as const,
          ['made from', Object.keys(card.locks).join(', ') || 'no recorded stage'] as const,
        ]),
    ...metrics.map(([metric, value]) => [metric, metricText(value)] as const),
    ['last verdict', evaluation === null ? 'none' : `${summarizeEvaluation(evaluation)} (${evaluation.created})`],
  ];
  return [theme.strong(`${model} ${name}`), ...alignColumns(facts).map((line) => `  ${line}`)].join('\n');
}

export function renderPromotion({ model, production, was, changed }: ModelChange): string {
  const now = `${model}: version ${production?.n} is ${changed ? 'now' : 'already'} in production`;
  return changed && was !== null ? `${now}, in place of ${was.n}` : now;
}

export function renderRollback(change: ModelChange): string {
  return `${renderPromotion(change)}; ${change.was?.n} is not promoted again by itself`;
}

export function renderPin({ model, production, pinned, changed }: ModelChange): string {
  const version = production === null ? 'nothing' : `version ${production.n}`;
  return `${model}: ${version} is ${changed ? 'now' : 'already'} ${pinned ? 'pinned: no candidate replaces it' : 'free to be replaced'}`;
}

export function renderImport({ model, n, kind, framework, isNew }: ImportedVersion): string {
  const version = `${model}: version ${n} (${kind}, ${framework})`;
  if (!isNew) return `${version} had these bytes already`;
  return `${version} is a candidate; \`pipe model promote ${n} --force\` makes it the production model`;
}

export function renderExport({ model, n, output, text }: ExportedVersion): string {
  return output === null ? text.trimEnd() : `${model}: version ${n} written to ${output}`;
}

export function renderRepairs(model: string, actions: readonly RepairAction[]): string {
  if (actions.length === 0) return `${model}: nothing to repair`;
  return actions.map((action) => `${model}: ${repairText(action)}`).join('\n');
}

function repairText(action: RepairAction): string {
  switch (action.kind) {
    case 'registry-rebuilt':
      return action.production === null
        ? `registry.json made anew with ${action.versions} versions, nothing in production`
        : `registry.json made anew with ${action.versions} versions, version ${action.production} in production`;
    case 'version-restored':
      return `version ${action.version.n} restored from ${action.from}`;
    case 'file-saved':
      return `${action.from} moved to ${action.to}`;
    case 'copy-restored':
      return `${action.path} made again`;
    default:
      return assertNever(action);
  }
}

/** A count as it is, a score with four digits. */
function metricText(value: unknown): string {
  if (typeof value !== 'number') return '';
  return Number.isInteger(value) && value > 1 ? String(value) : value.toFixed(4);
}
