/**
 * Where old outs stand while their stage is at work: under `.pipe/aside/`, or, for an out on another disk
 * (behind a link), beside it, so that moving them costs a rename. Both names say whose they are.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Claim } from '../store/claims.ts';
import { ifThere } from '../store/read-if-there.ts';
import type { Workspace } from './workspace.ts';

/** Root-relative. */
export function asidePlace(
  { root, layout }: Pick<Workspace, 'root' | 'layout'>,
  { claim, path, index }: { readonly claim: Claim; readonly path: string; readonly index: number },
): string {
  const folder = posix.dirname(path);
  const isNear = deviceOf(join(root, folder)) === deviceOf(layout.pipe);
  return isNear ? `.pipe/aside/${claim.id}/${index}` : posix.join(folder, `${besidePrefix(claim)}${index}`);
}

/** Nobody needs it any more: the claim's journal is closed. */
export function removeAside({ root, layout }: Pick<Workspace, 'root' | 'layout'>, claim: Claim): void {
  rmSync(join(layout.aside, claim.id), { recursive: true, force: true });
  for (const folder of new Set(claim.writes.map((path) => join(root, posix.dirname(path))))) {
    if (deviceOf(folder) === deviceOf(layout.pipe)) continue;
    for (const name of ifThere(() => readdirSync(folder)) ?? []) {
      if (name.startsWith(besidePrefix(claim))) rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

const besidePrefix = ({ id }: Claim): string => `.pipe-aside-${id}-`;

const deviceOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.dev;
