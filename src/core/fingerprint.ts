/**
 * What a stage's result depends on, and the key made from it.
 *
 * Pure: callers digest files and read params first. The key and the explanation ("why will
 * this run?") are two readings of the same `describe`, so they cannot disagree.
 */
import { canonicalJson, compareCodeUnits, type Json } from '../lib/canonical-json.ts';
import { digestOf, type Digest } from '../lib/digest.ts';
import { encodeParam, type ParamValue } from './param-value.ts';
import type { Reason } from './reason.ts';

export type Fingerprint = Digest & { readonly __fingerprint: true };

/** Bumped when a field below changes its meaning: every stage is then stale once. */
const FINGERPRINT_VERSION = 1;

/** Everything that can change what a stage writes. Nothing else belongs here: no name, no clock, no machine. */
export interface StageInputs {
  readonly cmd: string | readonly string[];
  readonly shell: readonly string[];
  readonly wdir: string;
  /** What each dependency is now, by its name (`core/dep-name`); a glob contributes its matches. */
  readonly deps: Readonly<Record<string, DepState>>;
  /** By `<file>:<dotted key>`, or `<file>:` for the whole file. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** null: the variable is not set. */
  readonly env: Readonly<Record<string, string | null>>;
  readonly outs: readonly DeclaredOut[];
}

export interface DepState {
  /** What stands at a path; or a text without its line ends, what a command printed, what a server said. */
  readonly type: 'file' | 'exec' | 'dir' | 'symlink' | 'text' | 'command' | 'url';
  readonly digest: Digest;
  /** The beginning of what was printed or said, for people: the digest alone says nothing to them. No input. */
  readonly shown?: string;
}

export interface DeclaredOut {
  readonly path: string;
  readonly persist: boolean;
}

export function fingerprint(inputs: StageInputs): Fingerprint {
  // The canonical JSON of [name, version, [[kind, name, value] …]], written in one go: thousands are made in a run.
  let parts = '';
  describe(inputs, (kind, name, value) => {
    parts += `${parts === '' ? '' : ','}["${kind}",${JSON.stringify(name)},${canonicalJson(value)}]`;
  });
  return digestOf(`["pipe/fingerprint",${FINGERPRINT_VERSION},[${parts}]]`) as Fingerprint;
}

/** All differences, sorted as the inputs are described; empty exactly when the fingerprints are equal. */
export function diffInputs(was: StageInputs, now: StageInputs): readonly Reason[] {
  const [before, after] = [partsOf(was), partsOf(now)];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys
    .map((key) => ({ key, was: before.get(key), now: after.get(key) }))
    .filter(({ was, now }) => !was || !now || canonicalJson(was.value) !== canonicalJson(now.value))
    .sort((a, b) => KIND_ORDER.indexOf(kindOf(a)) - KIND_ORDER.indexOf(kindOf(b)) || compareCodeUnits(a.key, b.key))
    .map(({ was, now }) => toReason(was, now));
}

type Kind = 'cmd' | 'shell' | 'wdir' | 'dep' | 'param' | 'env' | 'out';
const KIND_ORDER: readonly Kind[] = ['cmd', 'shell', 'wdir', 'dep', 'param', 'env', 'out'];

/** One input: `value` is what is hashed, `shown` what a person reads. */
interface Part {
  readonly kind: Kind;
  readonly name: string;
  readonly value: Json;
  readonly shown: ParamValue;
}

function partsOf(inputs: StageInputs): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  describe(inputs, (kind, name, value, shown) => {
    parts.set(`${kind}\0${name}`, { kind, name, value, shown: shown() });
  });
  return parts;
}

type See = (kind: Kind, name: string, value: Json, shown: () => ParamValue) => void;

/** The one traversal behind both readings. */
function describe(inputs: StageInputs, see: See): void {
  const seePlain = (kind: Kind, name: string, value: string | null | readonly string[]) =>
    see(kind, name, value, () => value);
  seePlain('cmd', '', inputs.cmd);
  seePlain('shell', '', inputs.shell);
  seePlain('wdir', '', inputs.wdir);
  for (const [name, state] of sorted(inputs.deps)) see('dep', name, [state.type, state.digest], () => shownDep(state));
  for (const [name, value] of sorted(inputs.params)) see('param', name, encodeParam(value), () => value);
  for (const [name, value] of sorted(inputs.env)) seePlain('env', name, value);
  const outs = inputs.outs.length < 2 ? inputs.outs : [...inputs.outs].sort((a, b) => compareCodeUnits(a.path, b.path));
  for (const { path, persist } of outs) seePlain('out', path, persist ? 'persist' : 'out');
}

function sorted<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  const entries = Object.entries(record);
  return entries.length < 2 ? entries : entries.sort(([a], [b]) => compareCodeUnits(a, b));
}

/** Twelve digits tell two digests apart for a person; the kind only when it is not the usual one. */
function shownDep({ type, digest, shown }: DepState): string {
  if (shown !== undefined) return shown;
  return type === 'exec' || type === 'symlink'
    ? `${digest.slice(0, 12)} (${type === 'exec' ? 'executable' : type})`
    : digest.slice(0, 12);
}

const kindOf = (pair: { readonly was: Part | undefined; readonly now: Part | undefined }): Kind =>
  (pair.now ?? pair.was)?.kind ?? 'out';

function toReason(was: Part | undefined, now: Part | undefined): Reason {
  const part = now ?? was;
  if (part === undefined) throw new Error('a difference has two sides, one of them present');
  return { kind: `${part.kind}-changed`, name: part.name, was: was?.shown, now: now?.shown };
}
