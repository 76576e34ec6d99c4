/**
 * Reads what files say of the daemon: `serve:` of `.pipe/config.yaml`, of `.pipe/config.local.yaml`, and of
 * the file given by `--config`. The later one wins, key by key; problems of all of them are told.
 */
import { join, resolve } from 'node:path';
import type { Failure } from '../core/failure.ts';
import type { ServeTexts } from '../core/serve-config.ts';
import { parseServeConfig } from '../core/serve-config-file.ts';
import { readTextIfThere } from '../store/read-if-there.ts';

export interface ConfigFiles {
  readonly root: string;
  /** From where the given file's name is meant. */
  readonly cwd: string;
  /** As it was typed; undefined: none. */
  readonly given: string | undefined;
}

export interface SaidByFiles {
  readonly texts: ServeTexts;
  readonly failures: readonly Failure[];
}

export function readServeConfig({ root, cwd, given }: ConfigFiles): SaidByFiles {
  const files = ['.pipe/config.yaml', '.pipe/config.local.yaml'].map((file) => ({
    file,
    path: join(root, file),
    isOwn: false,
  }));
  if (given !== undefined) files.push({ file: given, path: resolve(cwd, given), isOwn: true });
  let texts: ServeTexts = {};
  const failures: Failure[] = [];
  for (const { file, path, isOwn } of files) {
    const text = readTextIfThere(path);
    if (text === undefined) {
      if (isOwn) failures.push({ code: 'serve-refused', problem: `the configuration file ${file} is not there` });
      continue;
    }
    const parsed = parseServeConfig({ file, text, isOwn });
    if (parsed.ok) texts = { ...texts, ...parsed.value };
    else failures.push(parsed.error);
  }
  return { texts, failures };
}
