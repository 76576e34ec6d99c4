/**
 * The files of asynchronous predictions: a folder a job with what is known of it, its rows and its answers.
 * Knows nothing of who runs them.
 *
 * Invariant: a job exists once its job.json stands, which is written last; what a crash left is cleared at the start.
 */
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  type ReadStream,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { err, ok, type Result } from '../../lib/result.ts';
import { publishFile } from '../../store/publish.ts';
import { readTextIfThere } from '../../store/read-if-there.ts';
import { predictJobSchema, type PredictJob } from './predict-job.ts';

export interface JobFolder {
  /** The error: more bytes than allowed, or the caller left. Nothing of it stays then. */
  readonly receive: (
    id: string,
    body: ReadableStream<Uint8Array>,
    maxBytes: number,
  ) => Promise<Result<void, 'too-large' | 'broken'>>;
  readonly save: (job: PredictJob) => void;
  readonly list: () => readonly PredictJob[];
  readonly remove: (id: string) => void;
  readonly inputOf: (id: string) => string;
  readonly resultOf: (id: string) => string;
  readonly openResult: (id: string) => ReadStream;
}

export function openJobFolder(folder: string): JobFolder {
  const fileOf = (id: string, name: string): string => join(folder, id, name);
  const remove = (id: string): void => rmSync(join(folder, id), { recursive: true, force: true });
  const read = (id: string): PredictJob | undefined => {
    const text = readTextIfThere(fileOf(id, 'job.json'));
    return text === undefined ? undefined : predictJobSchema.parse(JSON.parse(text));
  };
  const ids = existsSync(folder) ? readdirSync(folder) : [];
  for (const id of ids) if (read(id) === undefined) remove(id);

  return {
    async receive(id, body, maxBytes) {
      mkdirSync(join(folder, id), { recursive: true, mode: 0o700 });
      let bytes = 0;
      const counted = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > maxBytes) throw new RangeError('too large');
          yield chunk;
        }
      };
      try {
        await pipeline(counted(body), createWriteStream(fileOf(id, 'input'), { mode: 0o600 }));
        return ok(undefined);
      } catch (error) {
        remove(id);
        return err(error instanceof RangeError ? 'too-large' : 'broken');
      }
    },
    save: (job) => publishFile(fileOf(job.id, 'job.json'), JSON.stringify(job), { mode: 0o600 }),
    list: () => (existsSync(folder) ? readdirSync(folder).flatMap((id) => read(id) ?? []) : []),
    remove,
    inputOf: (id) => fileOf(id, 'input'),
    resultOf: (id) => fileOf(id, 'result'),
    openResult: (id) => createReadStream(fileOf(id, 'result')),
  };
}

/** For an answer. */
export const toWebStream = (stream: ReadStream): ReadableStream => Readable.toWeb(stream);
