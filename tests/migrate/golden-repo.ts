/** One of the repositories that a real DVC made (`golden/`), in a folder of the test's own. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { migrate, type MigrateOptions } from '../../src/engine/migrate/migrate.ts';
import type { MigrateReport } from '../../src/engine/migrate/report.ts';
import { status } from '../../src/engine/status.ts';
import { createRig, type Rig } from '../support/workspace.ts';

type Packed = string | { readonly base64: string } | { readonly link: string } | { readonly exec: Packed };

export function goldenRepo(name: string): Rig {
  const rig = createRig({});
  const text = readFileSync(join(import.meta.dirname, 'golden', `${name}.json`), 'utf8');
  const files: Readonly<Record<string, Packed>> = JSON.parse(text);
  for (const [path, packed] of Object.entries(files)) unpack(join(rig.root, path), packed);
  return rig;
}

function unpack(path: string, packed: Packed): void {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof packed === 'string') writeFileSync(path, packed);
  else if ('base64' in packed) writeFileSync(path, Buffer.from(packed.base64, 'base64'));
  else if ('link' in packed) symlinkSync(packed.link, path);
  else {
    unpack(path, packed.exec);
    chmodSync(path, 0o755);
  }
}

/** The MD5 of every file but pipe's own, by path. */
export function md5s(root: string): Readonly<Record<string, string>> {
  const isOurs = /^(\.pipe|locks|\.git)\/|(^|\/)pipeline\.yaml$|^\.(pipeignore|gitattributes)$/;
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => !isOurs.test(path));
  return Object.fromEntries(
    files
      .sort()
      .filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile())
      .map((path) => [
        path,
        createHash('md5')
          .update(readFileSync(join(root, path)))
          .digest('hex'),
      ]),
  );
}

/** `HOME` without settings of a user's. */
export async function migrated(rig: Rig, options: Omit<MigrateOptions, 'cwd'> = {}): Promise<MigrateReport> {
  const result = await migrate({ env: { HOME: rig.root }, ...options, cwd: rig.root });
  return result.ok ? result.value : expect.unreachable(JSON.stringify(result.error));
}

/** By stage: its state, and why. */
export async function states(rig: Rig): Promise<Readonly<Record<string, string>>> {
  const result = await status({ cwd: rig.root, env: {} });
  const { stages } = result.ok ? result.value : expect.unreachable(JSON.stringify(result.error));
  return Object.fromEntries(stages.map(({ stage, state }) => [stage, state]));
}
