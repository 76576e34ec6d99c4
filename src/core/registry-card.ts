/**
 * `card.json`: what is known of a version besides the model itself. Written once, with the version.
 *
 * Everything that differs between two deployments that trained the same model stands here, not in model.json.
 */
import type { Json } from '../lib/canonical-json.ts';
import type { Digest } from '../lib/digest.ts';

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
  readonly metrics: Json;
  /** Lock entries of everything upstream at that time, by stage. */
  readonly locks: { readonly [stage: string]: Json };
}

export function renderCard(card: VersionCard): string {
  return `${JSON.stringify(card, null, 2)}\n`;
}

/** The label of a card's text; undefined when it is not a card. */
export function readCardLabel(text: string): string | undefined {
  const card = parseJson(text);
  if (typeof card !== 'object' || card === null || !('label' in card)) return undefined;
  return typeof card.label === 'string' ? card.label : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
