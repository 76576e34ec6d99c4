/** JSON from a text that may be anything. */
import type { Json } from './canonical-json.ts';

export type JsonRecord = { readonly [key: string]: Json };

/** Undefined: it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    const json: Json = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}

export const isRecord = (value: Json | undefined): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
