/**
 * What a zod schema finds wrong with a body or a query, in the names and words of pydantic, which clients know.
 * Pure. Says nothing of what was sent: only what is expected.
 */
import type { core, ZodType } from 'zod';
import { assertNever } from '../lib/assert-never.ts';
import { err, ok, type Result } from '../lib/result.ts';
import { fault, type Fault } from './answer.ts';
import { forbidden } from './predict-body.ts';

export type Place = 'body' | 'query';

export function checkWith<T>(schema: ZodType<T>, value: unknown, place: Place): Result<T, readonly Fault[]> {
  // The input is looked at, never told: a value that is absent and one of another type are different faults.
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success ? ok(parsed.data) : err(parsed.error.issues.flatMap((issue) => toFaults(issue, place)));
}

function toFaults(issue: core.$ZodIssue, place: Place): readonly Fault[] {
  const loc = [place, ...issue.path.map((step) => (typeof step === 'symbol' ? '?' : step))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => forbidden(loc, key));
  if (issue.input === undefined && loc.length > 1) return [fault('missing', loc, 'Field required')];
  const [type, msg] = describe(issue, place);
  return [fault(type, loc, msg)];
}

type Described = readonly [type: string, msg: string];

function describe(issue: core.$ZodIssue, place: Place): Described {
  switch (issue.code) {
    case 'invalid_type':
      return place === 'query' ? INTEGER_TEXT : (TYPES[issue.expected] ?? VALUE);
    case 'too_small':
      return tooSmall(issue.origin, issue.minimum);
    case 'too_big':
      return tooBig(issue.origin, issue.maximum);
    case 'invalid_value':
      return ['literal_error', `Input should be ${issue.values.map((value) => `'${String(value)}'`).join(' or ')}`];
    case 'invalid_format':
      return FORMATS[issue.format] ?? VALUE;
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return VALUE;
    default:
      return assertNever(issue);
  }
}

const VALUE: Described = ['value_error', 'Input is not valid'];
const INTEGER_TEXT: Described = [
  'int_parsing',
  'Input should be a valid integer, unable to parse string as an integer',
];

const TYPES: Readonly<Record<string, Described>> = {
  string: ['string_type', 'Input should be a valid string'],
  boolean: ['bool_type', 'Input should be a valid boolean'],
  number: ['float_type', 'Input should be a valid number'],
  int: ['int_type', 'Input should be a valid integer'],
  array: ['list_type', 'Input should be a valid list'],
  object: ['model_type', 'Input should be an object'],
};

const FORMATS: Readonly<Record<string, Described>> = {
  datetime: ['datetime_parsing', 'Input should be a date and time of ISO 8601 with its offset'],
  uuid: ['uuid_parsing', 'Input should be a valid UUID'],
  regex: ['string_pattern_mismatch', 'Input is not of the form that it should have'],
  email: ['value_error', 'Input should be an e-mail address'],
};

function tooSmall(origin: string, minimum: number | bigint): Described {
  if (origin === 'string') return ['string_too_short', `String should have at least ${minimum} characters`];
  if (origin === 'array') return ['too_short', `List should have at least ${minimum} items`];
  return ['greater_than_equal', `Input should be greater than or equal to ${minimum}`];
}

function tooBig(origin: string, maximum: number | bigint): Described {
  if (origin === 'string') return ['string_too_long', `String should have at most ${maximum} characters`];
  if (origin === 'array') return ['too_long', `List should have at most ${maximum} items`];
  return ['less_than_equal', `Input should be less than or equal to ${maximum}`];
}
