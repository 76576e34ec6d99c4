/**
 * `card.json`: what is known of a version besides the model itself. Written once, with the version.
 *
 * Everything that differs between two deployments that trained the same model stands here, not in model.json.
 */
import type { Json } from '../lib/canonical-json.ts';
import type { Digest } from '../lib/digest.ts';
import { parseJson } from '../lib/parse-json.ts';

export interface VersionCard {
  readonly schema: 1;
  readonly n: number;
  readonly sha: Digest;
  /** The model file's own label for people: "1.0.0". */
  readonly label: string;
  readonly kind: string;
  readonly created: string;
  /** null outside a git work tree. */
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  /** On the holdout, when the version was registered. */
  readonly metrics: Readonly<Record<string, Json>>;
  /** Lock entries of everything upstream at that time, by stage. */
  readonly locks: { readonly [stage: string]: Json };
}

export function renderCard(card: VersionCard): string {
  return `${JSON.stringify(card, null, 2)}\n`;
}

/** undefined: not a card, or one that a newer version wrote. By hand and not by zod: labels are looked up on light paths. */
export function parseCard(text: string): VersionCard | undefined {
  const card = parseJson(text);
  return isCard(card) ? card : undefined;
}

function isCard(card: unknown): card is VersionCard {
  if (typeof card !== 'object' || card === null) return false;
  const { schema, n, label, kind, created, metrics, locks }: Partial<Record<keyof VersionCard, unknown>> = card;
  const isText = [label, kind, created].every((text) => typeof text === 'string');
  return schema === 1 && typeof n === 'number' && isText && [metrics, locks].every((part) => part instanceof Object);
}
