/**
 * Events and reports as JSON for programs. Parameter values keep their type: an integer that
 * JavaScript cannot hold is `{"int": "…"}`, a float without fraction `{"float": "1.0"}`.
 */
import { encodeParam, type ParamValue } from '../core/param-value.ts';
import type { Json } from '../lib/canonical-json.ts';

/** `was` and `now` of a reason are the only places where parameter values stand. */
export function toJsonText(value: unknown): string {
  return JSON.stringify(toJson(value));
}

export function toPrettyJson(value: unknown): string {
  return JSON.stringify(toJson(value), null, 2);
}

function toJson(value: unknown): Json | undefined {
  if (Array.isArray(value)) return value.map((member) => toJson(member) ?? null);
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).flatMap(([key, member]): [string, Json][] => {
      const json = (key === 'was' || key === 'now') && isParam(member) ? encodeParam(member) : toJson(member);
      return json === undefined ? [] : [[key, json]];
    });
    return Object.fromEntries(members);
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

const isParam = (value: unknown): value is ParamValue => value !== undefined && typeof value !== 'function';
