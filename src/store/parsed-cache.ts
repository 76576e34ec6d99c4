/**
 * Parsed files by the digest of their text: loading a YAML parser costs more than a whole no-op run.
 * Only saves work: deleted, torn or unwritable, every answer is the same.
 */
import { join } from 'node:path';
import { digestOf } from '../lib/digest.ts';
import type { Layout } from './layout.ts';
import { preparePipeFolder } from './pipe-folder.ts';
import { publishFile } from './publish.ts';
import { readTextIfThere } from './read-if-there.ts';

/** `kind` names the parser and its version, so that another release never reads what this one wrote. */
export interface ParsedKey {
  readonly kind: string;
  readonly file: string;
  readonly text: string;
}

/** Undefined when it is not there; otherwise what was stored, through JSON. */
export function readParsed<T>(layout: Layout, key: ParsedKey): T | undefined {
  const text = readTextIfThere(parsedFile(layout, key));
  const [body = '', digest] = text?.split('\n') ?? [];
  if (digestOf(body) !== digest) return undefined;
  const value: T = JSON.parse(body);
  return value;
}

export function writeParsed(layout: Layout, key: ParsedKey, value: unknown): void {
  const body = JSON.stringify(value);
  try {
    preparePipeFolder(layout);
    publishFile(parsedFile(layout, key), `${body}\n${digestOf(body)}\n`, { durable: false });
  } catch {
    // A read-only or full disk must not keep anybody from reading a pipeline.
  }
}

const parsedFile = (layout: Layout, { kind, file, text }: ParsedKey): string =>
  join(layout.parsed, `${digestOf(`${kind}\n${file}\n${text}`)}.json`);
