/**
 * The text of `locks/<stage>.json`: pretty, sorted, one entry a line, so that git merges it by lines.
 *
 * Sealed (`core/sealed-json`): an entry that was merged by hand or torn by a power cut counts as absent.
 */
import { canonicalJson, compareCodeUnits, type Json } from '../lib/canonical-json.ts';
import { isDigest, type Digest } from '../lib/digest.ts';
import { lazy } from '../lib/lazy.ts';
import { isRecord, type JsonRecord, parseJson } from '../lib/parse-json.ts';
import type { DeclaredOut, DepState, Fingerprint, StageInputs } from './fingerprint.ts';
import type { Content, LockEntry, LockedOut } from './lock-entry.ts';
import { decodeParam, encodeParam } from './param-value.ts';
import { jsonOf, seal, type Unsealed, unseal } from './sealed-json.ts';

/** Bumped when the text or the meaning of a field changes; an entry of another version counts as absent. */
const LOCK_VERSION = 1;

export type ParsedLock =
  | { readonly kind: 'entry'; readonly entry: LockEntry }
  | Exclude<Unsealed, { readonly kind: 'sealed' }>;

export function renderLock(entry: LockEntry): string {
  const { inputs } = entry;
  const lines = [
    '{',
    `  "version": ${LOCK_VERSION},`,
    `  "cmd": ${JSON.stringify(inputs.cmd)},`,
    `  "shell": ${JSON.stringify(inputs.shell)},`,
    `  "wdir": ${JSON.stringify(inputs.wdir)},`,
    ...block('deps', Object.entries(inputs.deps), renderDep),
    ...block('params', Object.entries(inputs.params), encodeParam),
    ...block('env', Object.entries(inputs.env), (value) => value),
    ...block(
      'outs',
      entry.outs.map((out) => [out.path, out] as const),
      (out) => renderOut(out, inputs.outs),
    ),
    `  "fingerprint": "${entry.fingerprint}",`,
  ];
  return seal(lines);
}

export function parseLock(raw: string): ParsedLock {
  const unsealed = unseal(raw);
  if (unsealed.kind !== 'sealed') return unsealed;
  const isOurs = unsealed.text.startsWith(BEGINNING);
  return isOurs ? { kind: 'entry', entry: readSealed(unsealed.text) } : { kind: 'altered' };
}

/** Where its version stands: the text is sealed, so it is as `renderLock` writes it. */
const BEGINNING = `{\n  "version": ${LOCK_VERSION},\n`;

/**
 * Outs and fingerprint are all that a fresh stage needs of its entry: they are taken from their lines, and the rest is
 * read when somebody asks for it. To make objects of thousands of entries costs more than everything else about them.
 */
function readSealed(sealed: string): LockEntry {
  const tail = sealed.lastIndexOf(FINGERPRINT);
  const outs = readOutLines(sealed.slice(sealed.lastIndexOf(OUTS, tail) + OUTS.length, tail));
  const inputs = lazy(() => readInputs(jsonOf(sealed), outs));
  return {
    fingerprint: fingerprintFrom(sealed.slice(tail + FINGERPRINT.length, tail + FINGERPRINT.length + 64)),
    outs,
    get inputs() {
      return inputs();
    },
  };
}

// A line break is never part of a string in JSON, so these begin lines of their own.
const OUTS = '\n  "outs": {';
const FINGERPRINT = '\n  "fingerprint": "';

/** From behind the opening brace on: a line for each out, and one for the closing brace. */
function readOutLines(block: string): readonly LockedOut[] {
  const outs: LockedOut[] = [];
  for (const line of block.split('\n')) if (line.startsWith('    "')) outs.push(readOutLine(line));
  return outs;
}

/** `    "model.json": {…},` or, at the end, without the comma. */
function readOutLine(line: string): LockedOut {
  const member = line.slice(4, line.endsWith(',') ? -1 : undefined);
  if (member.includes('\\')) {
    const [[path, json] = ['', null]] = Object.entries(record(parseJson(`{${member}}`)));
    return readOut(path, record(json));
  }
  const end = member.indexOf('": ', 1); // not the quote that opens it: a path may begin with `: `
  return readOut(member.slice(1, end), record(parseJson(member.slice(end + 3))));
}

/** Of a lock entry that is kept as JSON inside something else, where there is no seal to check; undefined: of another version. */
export function readLockJson(json: Json | undefined): LockEntry | undefined {
  return isRecord(json) && json['version'] === LOCK_VERSION ? readEntry(json) : undefined;
}

function block<T>(
  name: string,
  members: readonly (readonly [string, T])[],
  render: (value: T) => Json,
): readonly string[] {
  if (members.length === 0) return [`  "${name}": {},`];
  const sorted = [...members].sort(([a], [b]) => compareCodeUnits(a, b));
  const lines = sorted.map(([key, value]) => `    ${JSON.stringify(key)}: ${canonicalJson(render(value))}`);
  return [`  "${name}": {`, lines.join(',\n'), '  },'];
}

function renderDep({ digest, type, shown }: DepState): Json {
  return { digest, ...(type === 'file' ? {} : { type }), ...(shown === undefined ? {} : { shown }) };
}

function renderOut(out: LockedOut, declared: readonly DeclaredOut[]): Json {
  const isPersist = declared.some(({ path, persist }) => path === out.path && persist);
  if (!isPersist) return renderContent(out.content);
  return { persist: true, before: out.before ? renderContent(out.before) : null, after: renderContent(out.content) };
}

export function renderContent({ type, digest, size, files }: Content): Json {
  return { digest, size, ...(type === 'dir' ? { files } : {}), ...(type === 'file' ? {} : { type }) };
}

/** Only called on what `renderLock` wrote, so shapes are known. */
function readEntry(json: JsonRecord): LockEntry {
  const outs = Object.entries(record(json['outs'])).map(([path, value]) => readOut(path, record(value)));
  return { inputs: readInputs(json, outs), outs, fingerprint: fingerprintFrom(json['fingerprint']) };
}

function readInputs(json: JsonRecord, outs: readonly LockedOut[]): StageInputs {
  return {
    cmd: textOrList(json['cmd']),
    shell: list(json['shell']).map(text),
    wdir: text(json['wdir']),
    deps: mapRecord(json['deps'], readDep),
    params: mapRecord(json['params'], decodeParam),
    env: mapRecord(json['env'], (value) => (value === null ? null : text(value))),
    outs: outs.map(({ path, before }) => ({ path, persist: before !== undefined })),
  };
}

function readDep(json: Json): DepState {
  const { digest, type, shown } = record(json);
  const isOutside = type === 'text' || type === 'command' || type === 'url';
  return {
    digest: digestFrom(digest),
    type: isOutside ? type : typeFrom(type),
    ...(shown === undefined ? {} : { shown: text(shown) }),
  };
}

function readOut(path: string, json: JsonRecord): LockedOut {
  if (json['persist'] !== true) return { path, content: readContent(json) };
  const before = json['before'];
  return {
    path,
    content: readContent(record(json['after'])),
    before: before === null ? null : readContent(record(before)),
  };
}

export function readContent(json: JsonRecord): Content {
  const { digest, size, files, type } = json;
  return {
    type: typeFrom(type),
    digest: digestFrom(digest),
    size: Number(size),
    files: files === undefined ? 1 : Number(files),
  };
}

const unexpected = (value: Json | undefined): never => {
  throw new Error(`a lock entry we wrote holds ${JSON.stringify(value)}`);
};
const record = (value: Json | undefined): JsonRecord => (isRecord(value) ? value : unexpected(value));
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : unexpected(value));
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : unexpected(value));
const textOrList = (value: Json | undefined) => (typeof value === 'string' ? value : list(value).map(text));
const digestFrom = (value: Json | undefined): Digest => (isDigest(value) ? value : unexpected(value));
const fingerprintFrom = (value: Json | undefined): Fingerprint => digestFrom(value) as Fingerprint;

function typeFrom(value: Json | undefined): Content['type'] {
  if (value === undefined) return 'file';
  return value === 'exec' || value === 'dir' || value === 'symlink' ? value : unexpected(value);
}

function mapRecord<T>(json: Json | undefined, read: (value: Json) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record(json)).map(([key, value]) => [key, read(value)]));
}
