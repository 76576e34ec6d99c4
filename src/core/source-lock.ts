/**
 * The text of `locks/sources/<path>.json`: what a source held when it was added. In the form of a
 * stage's lock: one fact a line, sealed.
 *
 * A source is data that no stage makes, tracked by content; git does not hold its bytes.
 */
import { canonicalJson } from '../lib/canonical-json.ts';
import { isRecord } from '../lib/parse-json.ts';
import type { Content } from './lock-entry.ts';
import { readContent, renderContent } from './lock-file.ts';
import { seal, jsonOf, type Unsealed, unseal } from './sealed-json.ts';

const SOURCE_VERSION = 1;

export interface SourceLock {
  /** Root-relative. */
  readonly path: string;
  readonly content: Content;
  /** The URL it was imported from, if it was. */
  readonly from?: string;
}

export type ParsedSourceLock =
  | { readonly kind: 'entry'; readonly lock: SourceLock }
  | Exclude<Unsealed, { readonly kind: 'sealed' }>;

export function renderSourceLock({ path, content, from }: SourceLock): string {
  return seal([
    '{',
    `  "version": ${SOURCE_VERSION},`,
    `  "path": ${JSON.stringify(path)},`,
    ...(from === undefined ? [] : [`  "from": ${JSON.stringify(from)},`]),
    `  "content": ${canonicalJson(renderContent(content))},`,
  ]);
}

export function parseSourceLock(raw: string): ParsedSourceLock {
  const unsealed = unseal(raw);
  if (unsealed.kind !== 'sealed') return unsealed;
  const { version, path, content, from } = jsonOf(unsealed.text);
  if (version !== SOURCE_VERSION || typeof path !== 'string' || !isRecord(content)) return { kind: 'altered' };
  return { kind: 'entry', lock: { path, content: readContent(content), ...(typeof from === 'string' && { from }) } };
}
