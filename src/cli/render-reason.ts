/** Why a stage is stale, in a line each: what changed, from what, to what. */
import { paramType, type ParamValue, renderParam } from '../core/param-value.ts';
import type { Reason } from '../core/reason.ts';
import { assertNever } from '../lib/assert-never.ts';

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
      return `dep ${reason.name}: ${renderChange(reason, renderDigest)}`;
    case 'param-changed':
      return `param ${shortParam(reason.name)}: ${renderParamChange(reason)}`;
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

function renderParamChange({ was, now }: Change): string {
  if (was === undefined) return now === undefined ? 'changed' : `added (${shorten(renderParam(now))})`;
  if (now === undefined) return `removed (was ${shorten(renderParam(was))})`;
  const change = `${shorten(renderParam(was))} → ${shorten(renderParam(now))}`;
  // 1 → 1.0 or 1 → "1" looks like nothing until the types are named.
  return paramType(was) === paramType(now) ? change : `${change} (${paramType(was)} → ${paramType(now)})`;
}

/** `params.yaml` is where everybody looks first. */
function shortParam(name: string): string {
  const [file = '', ...key] = name.split(':');
  if (file === 'params.yaml' && key.join(':') !== '') return key.join(':');
  return key.join(':') === '' ? `${file} (whole file)` : `${key.join(':')} in ${file}`;
}

const renderText = (value: ParamValue): string => (typeof value === 'string' ? value : renderParam(value));
const renderDigest = (value: ParamValue): string => renderText(value);
const shortDigest = (digest: string): string => digest.slice(0, 12);

function quoteScript(value: ParamValue): string {
  const text = Array.isArray(value) ? value.map(renderText).join(' && ') : renderText(value);
  return `\`${shorten(text.trim().replaceAll(/\s*\n\s*/g, '; '))}\``;
}

const shorten = (text: string): string => (text.length > 72 ? `${text.slice(0, 71)}…` : text);
