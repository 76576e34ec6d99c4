/** Why a stage is stale, in a line each: what changed, from what, to what. */
import { renderDepName } from '../core/dep-name.ts';
import { sameValue } from '../core/flat-values.ts';
import { isParamMap } from '../core/param-path.ts';
import { paramType, type ParamValue, renderParam } from '../core/param-value.ts';
import type { Reason } from '../core/reason.ts';
import { assertNever } from '../lib/assert-never.ts';
import { compareCodeUnits } from '../lib/canonical-json.ts';

export function renderReason(reason: Reason): string {
  switch (reason.kind) {
    case 'forced':
      return 'forced';
    case 'always-changed':
      return 'marked always_changed';
    case 'no-inputs':
      return 'has neither deps, params nor outs: nothing to compare';
    case 'never-run':
      return 'never run';
    case 'lock-unreadable':
      return `${reason.file} is not as pipe wrote it`;
    case 'cmd-changed':
      return `command: ${renderChange(reason, quoteScript)}`;
    case 'shell-changed':
      return `shell: ${renderChange(reason, (value) => (Array.isArray(value) ? value.join(' ') : renderParam(value)))}`;
    case 'wdir-changed':
      return `wdir: ${renderChange(reason, renderText)}`;
    case 'dep-changed':
      return `dep ${renderDepName(reason.name)}: ${renderChange(reason, renderDigest)}`;
    case 'param-changed':
      return renderParamReason(reason);
    case 'env-changed':
      return `env ${reason.name}: ${renderChange(reason, (value) => (value === null ? 'unset' : renderParam(value)))}`;
    case 'out-changed':
      return `out ${reason.name}: ${renderChange(reason, (value) => (value === 'persist' ? 'persist' : 'plain'))}`;
    case 'out-missing':
      return `out ${reason.path} is missing`;
    case 'out-modified':
      return `out ${reason.path} was edited after the run (${shortDigest(reason.was)} → ${shortDigest(reason.now)})`;
    case 'registry-missing':
      return `registry ${reason.path} is missing`;
    case 'registry-unreadable':
      return `registry ${reason.path} cannot be read: ${reason.problem}`;
    case 'production-broken':
      return `production model ${reason.path}: ${reason.problem}`;
    case 'upstream-stale':
      return `depends on ${reason.stages.join(', ')}`;
    default:
      return assertNever(reason);
  }
}

interface Change {
  readonly was: ParamValue | undefined;
  readonly now: ParamValue | undefined;
}

function renderChange({ was, now }: Change, render: (value: ParamValue) => string): string {
  if (was === undefined) return 'added';
  if (now === undefined) return 'removed';
  return `${render(was)} → ${render(now)}`;
}

/** A stage may read a whole section: then what is said is which values in it differ. */
function renderParamReason({ name, was, now }: Change & { readonly name: string }): string {
  const [file = '', ...key] = name.split(':');
  const changes = leafChanges(key.join(':'), { was, now });
  const shown = changes.slice(0, SHOWN_LEAVES).map((leaf) => `${leaf.key || 'whole file'}: ${renderParamChange(leaf)}`);
  const rest = changes.length > SHOWN_LEAVES ? [`${changes.length - SHOWN_LEAVES} more`] : [];
  // `params.yaml` is where everybody looks first.
  return `param ${[...shown, ...rest].join(', ')}${file === 'params.yaml' ? '' : ` (${file})`}`;
}

const SHOWN_LEAVES = 4;

interface LeafChange extends Change {
  readonly key: string;
}

function leafChanges(key: string, { was, now }: Change): readonly LeafChange[] {
  if (!isParamMap(was) || !isParamMap(now)) return [{ key, was, now }];
  const names = [...new Set([...Object.keys(was), ...Object.keys(now)])].sort(compareCodeUnits);
  const changed = names.filter((name) => !isSame(was[name], now[name]));
  // The same values in another shape: nothing smaller can be named.
  if (changed.length === 0) return [{ key, was, now }];
  return changed.flatMap((name) =>
    leafChanges(key === '' ? name : `${key}.${name}`, { was: was[name], now: now[name] }),
  );
}

function isSame(was: ParamValue | undefined, now: ParamValue | undefined): boolean {
  return was === undefined || now === undefined ? was === now : sameValue(was, now);
}

function renderParamChange({ was, now }: Change): string {
  if (was === undefined) return now === undefined ? 'changed' : `added (${shorten(renderParam(now))})`;
  if (now === undefined) return `removed (was ${shorten(renderParam(was))})`;
  const change = `${shorten(renderParam(was))} → ${shorten(renderParam(now))}`;
  // 1 → 1.0 or 1 → "1" looks like nothing until the types are named.
  return paramType(was) === paramType(now) ? change : `${change} (${paramType(was)} → ${paramType(now)})`;
}

const renderText = (value: ParamValue): string => (typeof value === 'string' ? value : renderParam(value));
const renderDigest = (value: ParamValue): string => renderText(value);
const shortDigest = (digest: string): string => digest.slice(0, 12);

function quoteScript(value: ParamValue): string {
  const text = Array.isArray(value) ? value.map(renderText).join(' && ') : renderText(value);
  return `\`${shorten(text.trim().replaceAll(/\s*\n\s*/g, '; '))}\``;
}

const shorten = (text: string): string => (text.length > 72 ? `${text.slice(0, 71)}…` : text);
