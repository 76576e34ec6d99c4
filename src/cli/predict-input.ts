/** What `pipe predict` reads: a file or standard input, as CSV, as one JSON value, or as a JSON value a line. */
import { createReadStream, statSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { err, ok, type Result } from '../lib/result.ts';
import type { BulkFormat } from '../serve/bulk/rows.ts';

export type PredictFormat = BulkFormat | 'json';

export interface PredictInput {
  readonly format: PredictFormat;
  /** JSON is given out a value a line. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface InputRequest {
  readonly cwd: string;
  /** `-`: standard input. */
  readonly file: string;
  /** undefined: by the ending, or by the first character. */
  readonly format: PredictFormat | undefined;
}

const ENDINGS: Readonly<Record<string, PredictFormat>> = {
  '.csv': 'csv',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
};

export async function openInput({ cwd, file, format }: InputRequest): Promise<Result<PredictInput, Failure>> {
  const path = resolve(cwd, file);
  const problem = file === '-' ? undefined : await problemOf(path);
  if (problem !== undefined) return err(predictRefused(`${file} ${problem}`));
  const source: AsyncIterable<Uint8Array> = file === '-' ? process.stdin : createReadStream(path);
  const chunks = source[Symbol.asyncIterator]();
  const first = await chunks.next();
  const start: Uint8Array = first.done === true ? new Uint8Array() : first.value;
  const bytes = joined(start, chunks);
  const found = format ?? ENDINGS[extname(file).toLowerCase()] ?? guess(start);
  if (found !== 'json') return ok({ format: found, bytes });
  const lines = await readJsonLines(bytes);
  return lines.ok ? ok({ format: 'json', bytes: lines.value }) : lines;
}

async function* joined(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield start;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** `{` begins lines of JSON; a list of lists or objects is one JSON value. */
function guess(start: Uint8Array): PredictFormat {
  const first = new TextDecoder().decode(start.subarray(0, 256)).trimStart().charAt(0);
  if (first === '{') return 'ndjson';
  return first === '[' ? 'json' : 'csv';
}

async function readJsonLines(bytes: AsyncIterable<Uint8Array>): Promise<Result<AsyncIterable<Uint8Array>, Failure>> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  let value: unknown;
  try {
    // Takes a mark off that says UTF-8.
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)));
  } catch {
    return err(predictRefused('the input is not valid JSON', 'a JSON value a line is --format ndjson'));
  }
  const questions = listOf(value);
  const text = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  return ok(only(new TextEncoder().encode(text)));
}

/** A list of questions, the body of a batch, or one question. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value))
    return value.length > 0 && value.every((item) => typeof item === 'number') ? [value] : value;
  const { features, records, texts } = Object(value);
  for (const list of [records, texts]) if (Array.isArray(list)) return list;
  return Array.isArray(features) && features.every(Array.isArray) ? features : [value];
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The rest of a sentence that begins with the file's name; undefined: it can be read. */
async function problemOf(path: string): Promise<string | undefined> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'is not there';
  if (found.isDirectory()) return 'is a folder: name a file in it';
  return await access(path, constants.R_OK).then(
    () => undefined,
    () => 'is not yours to read',
  );
}

export const predictRefused = (problem: string, hint?: string): Failure => ({
  code: 'predict-refused',
  problem,
  ...(hint === undefined ? {} : { hint }),
});
