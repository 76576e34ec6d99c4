/**
 * A file system that shares blocks (btrfs, in a file on a loop device), through the real command: what is stored and restored
 * takes no room of its own, and is the user's to change. Skipped where it cannot be had; `scripts/ci-reflink.sh` insists.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pipe } from '../support/pipe-command.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createRig } from '../support/workspace.ts';

const MIB = 1024 * 1024;
const OUT = 24 * MIB;
/** With copies there would be two of them at least. */
const ROOM_FOR_ONE = 1.5 * OUT;
const WRITE = `yes 0123456789 | head -c ${OUT}`;

describe.skipIf(!isPossible())('where blocks can be shared', () => {
  test('an out is in the store and in the workspace, and takes its room once', async () => {
    const rig = createRig({ 'pipeline.yaml': `stages: {s: {cmd: '${WRITE} > out', outs: [out]}}\n` }, mountBtrfs());
    const before = usedBytes(rig.root);
    expect((await pipe(rig.root, 'repro')).code).toBe(0);
    expect(usedBytes(rig.root) - before).toBeLessThan(ROOM_FOR_ONE);
    rig.remove('out');
    expect((await pipe(rig.root, 'repro')).stdout).toContain('1 restored');
    expect(usedBytes(rig.root) - before).toBeLessThan(ROOM_FOR_ONE);
    expect((await pipe(rig.root, 'doctor')).stdout).toContain('files come out as reflink');
  });

  test('a folder too; and what is then written into a file of it leaves the object whole', async () => {
    const cmd = `mkdir d; ${WRITE} > d/large; echo small > d/small`;
    const rig = createRig({ 'pipeline.yaml': `stages: {s: {cmd: '${cmd}', outs: [d]}}\n` }, mountBtrfs());
    const before = usedBytes(rig.root);
    await pipe(rig.root, 'repro');
    rig.remove('d');
    await pipe(rig.root, 'repro');
    expect(usedBytes(rig.root) - before).toBeLessThan(ROOM_FOR_ONE);
    appendFileSync(join(rig.root, 'd/large'), 'mine');
    expect(objectsIn(rig.root).filter(({ name, digest }) => name !== digest)).toEqual([]);
    expect((await pipe(rig.root, 'status')).stdout).toMatch(/s +stale/);
  });
});

/** The folder of a new file system, which is gone when the test ends. */
function mountBtrfs(): string {
  const folder = tempFolder();
  const [image, root] = [join(folder, 'image'), join(folder, 'disk')];
  writeFileSync(image, '');
  truncateSync(image, 256 * MIB);
  execFileSync('mkfs.btrfs', ['-q', '--mixed', image], { stdio: 'pipe' });
  mkdirSync(root);
  execFileSync('mount', ['-o', 'loop', image, root], { stdio: 'pipe' });
  onTestFinished(() => void execFileSync('umount', ['-l', root]));
  return root;
}

function isPossible(): boolean {
  if (process.env['REPROD_REFLINK'] === 'must') return true;
  const folder = join('/tmp', `pipe-btrfs-${process.pid}`);
  const script =
    'truncate -s 128M image && mkfs.btrfs -q --mixed image && mkdir disk && mount -o loop image disk && umount disk';
  try {
    mkdirSync(folder);
    execFileSync('sh', ['-c', script], { cwd: folder, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    execFileSync('rm', ['-rf', folder]);
  }
}

/** Of data that is on the disk: what has not got there yet counts nowhere. */
function usedBytes(root: string): number {
  execFileSync('sync', ['-f', root]);
  const { blocks, bfree, bsize } = statfsSync(root);
  return (blocks - bfree) * bsize;
}

function objectsIn(root: string) {
  const folder = join(root, '.pipe/cache/objects');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.includes('/'))
    .map((path) => ({
      name: path.replace('/', ''),
      digest: createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    }));
}
