/**
 * Answers the rows of one job in a thread of its own: the model of the version that it was accepted with,
 * rows from a file, answers into a file that gets its name when it is whole.
 */
import { createReadStream, createWriteStream, renameSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { err, ok, type Result } from '../../lib/result.ts';
import { parseModel } from '../../ml/model-file.ts';
import { openRegistry } from '../../store/registry.ts';
import { answerFile } from '../bulk/answer-file.ts';
import type { JobCounts, JobTask } from '../jobs/run-job.ts';
import { serveModel, type ServedModel } from '../served-model.ts';

const MAX_ROWS = 1_000_000;

async function run(task: JobTask): Promise<Result<JobCounts, string>> {
  const model = loadModel(task);
  if (!model.ok) return model;
  let rows = 0;
  let errors = 0;
  const answered = await answerFile({
    model: model.value,
    bytes: createReadStream(task.input),
    format: task.format,
    isExplained: false,
    onRow(_, answer) {
      if (++rows > MAX_ROWS) throw new TooManyRows();
      if (!answer.ok) errors++;
    },
  });
  if (!answered.ok) return err(`the file has no column ${answered.error.slice(0, 3).join(', ')}`);
  const part = `${task.output}.part`;
  await pipeline(inBlocks(answered.value), createWriteStream(part, { mode: 0o600 }));
  renameSync(part, task.output);
  return ok({ rows, errors });
}

class TooManyRows extends Error {}

/** Lines are short: written one by one they would cost more than they are worth. */
async function* inBlocks(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let block = '';
  for await (const line of lines) {
    block += line;
    if (block.length < 65_536) continue;
    yield block;
    block = '';
  }
  yield block;
}

function loadModel({ root, model, version, sha }: JobTask): Result<ServedModel, string> {
  const stored = openRegistry({ root, model }).readVersion(String(version));
  if (!stored.ok) return err(stored.error.problem);
  if (stored.value.sha !== sha) return err(`version ${version} is not the one that the job was accepted with`);
  const parsed = parseModel(new TextDecoder().decode(stored.value.bytes));
  return parsed.ok ? ok(serveModel({ name: model.name, version, sha }, parsed.value)) : err(parsed.error.message);
}

const task: JobTask = workerData;
parentPort?.postMessage(await run(task).catch(toProblem));

/** What was sent is at fault, or the disk. */
function toProblem(error: unknown): Result<never, string> {
  if (error instanceof TooManyRows) return err(`the file has more than ${MAX_ROWS} rows`);
  if (error instanceof TypeError) return err('the file is not valid UTF-8');
  return err(error instanceof Error ? error.message : String(error));
}
