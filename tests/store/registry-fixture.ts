/** A registry in a folder of the test's own, with any bytes as models: the registry never looks into them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { promote, reject, type RegistryState } from '../../src/core/registry.ts';
import { ok, type Result } from '../../src/lib/result.ts';
import { commitChange, type Commit } from '../../src/store/registry-commit.ts';
import { openRegistry, type Registry } from '../../src/store/registry.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { additionOf, model } from './registry-parts.ts';

export interface RegistryRig {
  readonly root: string;
  readonly registry: Registry;
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  readonly promote: (text: string) => Promise<RegistryState>;
  readonly reject: (text: string) => Promise<RegistryState>;
}

export function createRegistryRig(): RegistryRig {
  const root = tempFolder();
  const registry = openRegistry({ root, model });
  const add = async (text: string, follow: (state: RegistryState, n: number) => RegistryState) => {
    const commit = await commitChange(registry, {
      addition: additionOf(text),
      transition: (state, added) => ok(follow(state, added?.n ?? 0)),
    });
    return expectOk<Commit>(commit).state;
  };
  return {
    root,
    registry,
    read: (path) => readFileSync(join(root, path), 'utf8'),
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    promote: (text) => add(text, promote),
    reject: (text) => add(text, reject),
  };
}

export function expectOk<T>(result: Result<T, unknown>): T {
  if (!result.ok) return expect.unreachable(JSON.stringify(result.error));
  return result.value;
}
