/**
 * The text of `registry.json`: one version a line, so that a person can read and diff it.
 *
 * Parsing is by hand and not by zod: it is on the path of a `repro` that has nothing to do.
 * Invariant: `parseRegistry(renderRegistry(s))` is s; what contradicts itself is refused.
 */
import type { Json } from '../lib/canonical-json.ts';
import { isDigest } from '../lib/digest.ts';
import { isRecord, parseJson } from '../lib/parse-json.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { VERSION_STATUSES, type RegistryState, type VersionEntry, type VersionStatus } from './registry.ts';

export function renderRegistry(state: RegistryState): string {
  const { revision, production, previous, pinned } = state;
  const versions = state.versions.map(({ n, sha, status }) => `    ${JSON.stringify({ n, sha, status })}`);
  const head = Object.entries({ revision, production, previous, pinned }).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`,
  );
  return `{\n${head.join('')}  "versions": [${versions.length > 0 ? `\n${versions.join(',\n')}\n  ` : ''}]\n}\n`;
}

/** The error says what is wrong with the text, without naming the file. */
export function parseRegistry(text: string): Result<RegistryState, string> {
  const value = parseJson(text);
  if (!isRecord(value)) return err('it is not a JSON object');
  const { revision, production, previous, pinned, versions } = value;
  if (!isCount(revision)) return err('"revision" is not a whole number above 0');
  if (!isCountOrNull(production)) return err('"production" is neither a version number nor null');
  if (!isCountOrNull(previous)) return err('"previous" is neither a version number nor null');
  if (typeof pinned !== 'boolean') return err('"pinned" is neither true nor false');
  if (!Array.isArray(versions)) return err('"versions" is not a list');
  const entries: VersionEntry[] = [];
  for (const [index, item] of versions.entries()) {
    const entry = parseEntry(item);
    if (entry === undefined) return err(`versions[${index}] is not {n, sha, status}`);
    entries.push(entry);
  }
  const state = { revision, production, previous, pinned, versions: entries };
  const contradiction = findContradiction(state);
  return contradiction === undefined ? ok(state) : err(contradiction);
}

function parseEntry(item: Json): VersionEntry | undefined {
  if (!isRecord(item)) return undefined;
  const { n, sha, status } = item;
  return isCount(n) && isDigest(sha) && isStatus(status) ? { n, sha, status } : undefined;
}

function findContradiction({ production, previous, versions }: RegistryState): string | undefined {
  const numbers = versions.map((version) => version.n);
  if (numbers.some((n, index) => index > 0 && n <= (numbers[index - 1] ?? 0)))
    return 'versions are not in ascending order';
  if (new Set(versions.map((version) => version.sha)).size < versions.length) return 'two versions have the same sha';
  const live = versions.filter((version) => version.status === 'production').map((version) => version.n);
  if (live.length > 1 || (live[0] ?? null) !== production) {
    return `"production" is ${production}, but status production has ${live.join(', ') || 'no version'}`;
  }
  if (previous !== null && !numbers.includes(previous))
    return `"previous" names version ${previous}, which is not listed`;
  return undefined;
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && typeof value === 'number' && value > 0;
const isCountOrNull = (value: unknown): value is number | null => value === null || isCount(value);
const isStatus = (value: unknown): value is VersionStatus => VERSION_STATUSES.some((status) => status === value);
