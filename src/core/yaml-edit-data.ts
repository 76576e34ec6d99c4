/**
 * The edits of `core/yaml-edit` on plain data: what the changed text has to read as. Pure, changes
 * nothing in place.
 */
import type { PathPart } from './yaml-place.ts';

export function withValue(data: unknown, path: readonly PathPart[], value: unknown): unknown {
  return change(data, path, () => value);
}

/** A map that becomes empty reads as nothing. */
export function withoutKey(data: unknown, path: readonly PathPart[]): unknown {
  const last = path.at(-1);
  return change(data, path.slice(0, -1), (around) => {
    if (Array.isArray(around)) return around.filter((_, index) => index !== last);
    return Object.fromEntries(Object.entries(membersOf(around)).filter(([key]) => key !== String(last)));
  });
}

export function withKey(data: unknown, path: readonly PathPart[], to: string): unknown {
  const last = String(path.at(-1));
  return change(data, path.slice(0, -1), (around) =>
    Object.fromEntries(Object.entries(membersOf(around)).map(([key, value]) => [key === last ? to : key, value])),
  );
}

export function withItem(data: unknown, path: readonly PathPart[], item: unknown): unknown {
  return change(data, path, (list) => [...(Array.isArray(list) ? list : []), item]);
}

/** The order of keys is no part of the data; an empty map, an empty list and nothing are one. */
export function isSameData(a: unknown, b: unknown): boolean {
  if (isEmpty(a) && isEmpty(b)) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSameData(item, b[index]));
  if (typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) || Array.isArray(b)) return Object.is(a, b);
  const [these, those] = [membersOf(a), membersOf(b)];
  const keys = new Set([...Object.keys(these), ...Object.keys(those)]);
  return [...keys].every((key) => isSameData(these[key], those[key]));
}

function change(data: unknown, path: readonly PathPart[], make: (value: unknown) => unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return make(data);
  if (Array.isArray(data)) return data.map((item, index) => (index === part ? change(item, rest, make) : item));
  const members = membersOf(data);
  return { ...members, [part]: change(members[part], rest, make) };
}

function membersOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : {};
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
