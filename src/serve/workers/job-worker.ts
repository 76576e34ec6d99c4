/**
 * Answers the rows of one job in a thread of its own: the model of the version that it was accepted with,
 * rows from a file, answers into a file that gets its name when it is whole. Begun again after a kill, it goes on
 * where the answers on the disk end.
 */
import { createReadStream } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { err, ok, type Result } from '../../lib/result.ts';
import { parseModel } from '../../ml/model-file.ts';
import { openRegistry } from '../../store/registry.ts';
import { answerFile } from '../bulk/answer-file.ts';
import { openGrowingResult, type GrowingResult } from '../jobs/growing-result.ts';
import type { JobCounts, JobTask } from '../jobs/run-job.ts';
import { serveModel, type ServedModel } from '../served-model.ts';

const MAX_ROWS = 1_000_000;
/** What a kill can cost: about half a second of work. A mark waits for the disk. */
const ROWS_A_MARK = 20_000;

async function run(task: JobTask): Promise<Result<JobCounts, string>> {
  const model = loadModel(task);
  if (!model.ok) return model;
  const result = openGrowingResult(task.output);
  try {
    const counts = await answerInto(result, task, model.value);
    if (counts.ok) result.finish();
    else result.discard();
    return counts;
  } catch (error) {
    result.discard();
    return err(problemOf(error));
  }
}

async function answerInto(
  result: GrowingResult,
  { input, format }: JobTask,
  model: ServedModel,
): Promise<Result<JobCounts, string>> {
  let { rows, errors } = result.kept;
  let unmarked = 0;
  const answered = await answerFile({
    model,
    bytes: createReadStream(input),
    format,
    isExplained: false,
    skippedRows: rows,
    onRow(_, answer) {
      if (++rows > MAX_ROWS) throw new TooManyRows();
      if (!answer.ok) errors++;
      unmarked++;
    },
  });
  if (!answered.ok) return answered;
  for await (const line of answered.value) {
    result.add(line);
    if (unmarked < ROWS_A_MARK) continue;
    result.mark({ rows, errors });
    unmarked = 0;
  }
  return ok({ rows, errors });
}

class TooManyRows extends Error {}

function loadModel({ root, model, version, sha }: JobTask): Result<ServedModel, string> {
  const stored = openRegistry({ root, model }).readVersion(String(version));
  if (!stored.ok) return err(stored.error.problem);
  if (stored.value.sha !== sha) return err(`version ${version} is not the one that the job was accepted with`);
  const parsed = parseModel(new TextDecoder().decode(stored.value.bytes));
  return parsed.ok ? ok(serveModel({ name: model.name, version, sha }, parsed.value)) : err(parsed.error.message);
}

const task: JobTask = workerData;
parentPort?.postMessage(await run(task));

/** What was sent is at fault, or the disk. */
function problemOf(error: unknown): string {
  if (error instanceof TooManyRows) return `the file has more than ${MAX_ROWS} rows`;
  return error instanceof Error ? error.message : String(error);
}
