/**
 * Records what a stage made. The order is the promise: outs -> objects -> run record -> lock entry.
 * Before the lock entry stands, a crash brings the old outs back; after it, the new ones are complete.
 */
import type { Failure } from '../core/failure.ts';
import type { Fingerprint } from '../core/fingerprint.ts';
import { sameContent, type Content, type LockedOut } from '../core/lock-entry.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { type Journal, movesAside } from '../store/journal.ts';
import { writeLock } from '../store/locks.ts';
import { readRunRecord, writeRunRecord, type RecordedOut } from '../store/run-cache.ts';
import { contentOf } from './inputs.ts';
import { isKept, usesRunCache } from './observe.ts';
import type { Performance } from './performance.ts';
import { replaceOuts } from './restore-outs.ts';

interface CommitOptions {
  readonly key: Fingerprint;
  readonly forced: boolean;
  /** What stood at the persist outs before the command. */
  readonly before: ReadonlyMap<string, Content | null>;
  readonly logFile: string;
  readonly journal: Journal;
}

export async function persistBefore({
  workspace,
  stage,
}: Performance): Promise<Result<ReadonlyMap<string, Content | null>, Failure>> {
  const before = new Map<string, Content | null>();
  for (const { path } of stage.outs.filter(({ persist }) => persist)) {
    const content = await contentOf(workspace, path);
    if (!content.ok) return content;
    before.set(path, content.value ?? null);
  }
  return ok(before);
}

/** Returns the outs whose content differs from the last lock entry's. */
export async function commitRun(
  performance: Performance,
  options: CommitOptions,
): Promise<Result<readonly string[], Failure>> {
  const { workspace, stage } = performance;
  const outs = await digestOuts(performance, options);
  if (!outs.ok) return outs;
  workspace.atStep('digested', stage.name);
  const stored = await storeOuts(performance, outs.value);
  if (!stored.ok) return stored;
  workspace.atStep('stored', stage.name);
  const agreed = await agree(performance, options, outs.value);
  if (!agreed.ok) return agreed;
  workspace.atStep('recorded', stage.name);
  // What was moved aside may be the only other copy: it is not let go before the new outs are safe.
  if (movesAside(options.journal)) await workspace.syncs?.sync();
  const changed = writeEntry(performance, options.key, agreed.value);
  if (movesAside(options.journal)) await workspace.syncs?.sync();
  return ok(changed);
}

export function writeEntry(
  { workspace, stage, inputs, locked }: Performance,
  key: Fingerprint,
  outs: readonly LockedOut[],
): readonly string[] {
  writeLock(workspace.layout, stage.name, { inputs, fingerprint: key, outs }, workspace.syncs);
  workspace.atStep('locked', stage.name);
  const old = new Map((locked?.outs ?? []).map((out) => [out.path, out.content]));
  return outs.filter(({ path, content }) => !sameContent(old.get(path), content)).map(({ path }) => path);
}

async function digestOuts(
  { workspace, stage }: Performance,
  { before, logFile }: CommitOptions,
): Promise<Result<readonly LockedOut[], Failure>> {
  const outs: LockedOut[] = [];
  for (const { path, persist } of stage.outs) {
    const content = await contentOf(workspace, path);
    if (!content.ok) return content;
    if (content.value === undefined) return err({ code: 'out-missing', stage: stage.name, path, logFile });
    outs.push({ path, content: content.value, ...(persist ? { before: before.get(path) ?? null } : {}) });
  }
  return ok(outs);
}

async function storeOuts(
  { workspace, stage }: Performance,
  outs: readonly LockedOut[],
): Promise<Result<void, Failure>> {
  if (!workspace.terms.commit) return ok(undefined);
  const contents = new Map(outs.map(({ path, content }) => [path, content]));
  for (const out of stage.outs) {
    const content = contents.get(out.path);
    if (content === undefined || !isKept(out, content)) continue;
    const stored = await workspace.objects.store(out.path, content);
    if (!stored.ok) return stored;
    const linked = out.cache && !out.persist ? await workspace.objects.link(content, out.path) : ok(undefined);
    if (!linked.ok) return linked;
  }
  return ok(undefined);
}

/**
 * One fingerprint, one result: when somebody else recorded other outs for the same inputs while we
 * ran, theirs are taken, so that everyone who shares the cache goes on from the same bytes.
 */
async function agree(
  performance: Performance,
  { key, forced }: CommitOptions,
  outs: readonly LockedOut[],
): Promise<Result<readonly LockedOut[], Failure>> {
  const { workspace, stage, onEvent } = performance;
  const isComplete = stage.outs.every((out) => isKept(out, contentAt(outs, out.path)));
  if (!usesRunCache(workspace, stage) || !isComplete || !workspace.terms.commit) return ok(outs);
  const known = readRunRecord(workspace.layout, key);
  const differing = known === undefined ? [] : outsThatDiffer(known.outs, outs);
  if (known !== undefined && differing.length === 0) return ok(outs);
  if (known !== undefined) {
    const names = differing.map(({ path, was, now }) => `${path} ${was.slice(0, 12)} → ${now.slice(0, 12)}`).join(', ');
    const takesTheirs = !forced && known.outs.every(({ content }) => workspace.objects.has(content, { deep: true }));
    onEvent({
      type: 'stage-warning',
      stage: stage.name,
      message: `the same inputs gave other outs before (${names}); ${takesTheirs ? 'the earlier ones are kept' : 'the new ones are recorded'}`,
    });
    if (takesTheirs) return await replaceOuts(performance, known.outs);
  }
  const record = { fingerprint: key, outs: outs.map(({ path, content }) => ({ path, content })) };
  writeRunRecord(workspace.layout, record, workspace.syncs);
  return ok(outs);
}

function outsThatDiffer(was: readonly RecordedOut[], now: readonly RecordedOut[]) {
  return was.flatMap(({ path, content }) => {
    const other = contentAt(now, path);
    return sameContent(content, other) ? [] : [{ path, was: content.digest, now: other.digest }];
  });
}

function contentAt(outs: readonly RecordedOut[], path: string): Content {
  const content = outs.find((out) => out.path === path)?.content;
  if (content === undefined) throw new Error(`${path} is an out of this fingerprint`);
  return content;
}
