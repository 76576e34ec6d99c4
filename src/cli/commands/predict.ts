/** `pipe predict`: the rows of a file in, the same rows with answers out. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { Failure } from '../../core/failure.ts';
import { loadPipeline } from '../../engine/load.ts';
import { findRegistry } from '../../engine/model.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { parseModel } from '../../ml/model-file.ts';
import { serveModel, type ServedModel } from '../../serve/served-model.ts';
import { BrokenFile } from '../../serve/bulk/broken-file.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { answerHere, answerThere, serverRefused, type AnswerRequest, type Lines } from '../predict-answers.ts';
import { openInput, predictRefused, type PredictFormat } from '../predict-input.ts';

interface Options {
  readonly format?: PredictFormat;
  readonly model?: string;
  readonly modelVersion?: string;
  readonly explain?: boolean;
  readonly url?: string;
  readonly tokenFile?: string;
}

const EXAMPLES = `
A CSV names its columns in the first line: one an input of the model (or \`text\`), in any
order; columns of your own are passed through. JSON is a list, lines of JSON (NDJSON) a
value each: all inputs by name, or a list of numbers in the model's order, or a text. The
answer has the format of the question. A row that cannot be answered gets an \`error\`, is
told on standard error, and makes the exit code 1.

Examples:
  pipe predict rows.csv > answers.csv
  pipe predict --explain one.json
  cat rows.ndjson | pipe predict - | jq .prediction
  pipe predict rows.csv --url https://models.example.org --token-file key.txt`;

export const predict: CommandModule = {
  define: (command: Command, context: CliContext) => {
    command
      .argument('<file>', 'CSV, JSON or NDJSON; -: standard input')
      .addOption(
        new Option('--format <format>', 'what the file is (default: by its ending, or its first character)').choices([
          'csv',
          'json',
          'ndjson',
        ]),
      )
      .option('--model <name>', 'which model (default: the only one, or the server’s first)')
      .option('--model-version <version>', 'a number, n-sha12, previous, latest or a label (default: production)')
      .option('--explain', 'also say what each input adds to the answer')
      .option('--url <url>', 'ask this server instead of the model here')
      .option('--token-file <file>', 'an API key or an access token for it')
      .addHelpText('after', EXAMPLES)
      .action((file: string, options: Options) => run(context, file, options));
  },
};

async function run(context: CliContext, file: string, options: Options): Promise<void> {
  const answerer = await findAnswerer(context, options);
  if (!answerer.ok) return fail(context, answerer.error);
  const input = await openInput({ cwd: context.cwd, file, format: options.format });
  if (!input.ok) return fail(context, input.error);
  let errors = 0;
  const { format, bytes } = input.value;
  try {
    const lines = await answerer.value({
      bytes,
      format: format === 'csv' ? 'csv' : 'ndjson',
      isExplained: options.explain === true,
      onError({ row, line }, problem) {
        errors++;
        context.printError(format === 'json' ? `row ${row}: ${problem}` : `row ${row} (line ${line}): ${problem}`);
      },
    });
    if (!lines.ok) return fail(context, lines.error);
    await write(context, lines.value, format);
  } catch (error) {
    if (error instanceof BrokenFile) return fail(context, predictRefused(error.message));
    if (options.url === undefined) throw error;
    return fail(context, serverRefused(options.url, error));
  }
  if (errors > 0) context.finish(1);
}

/** A list of JSON values has brackets around and commas between the lines. */
async function write({ terminal }: CliContext, lines: Lines, format: PredictFormat): Promise<void> {
  if (format !== 'json') {
    for await (const line of lines) terminal.write(line);
    return;
  }
  let before = '[\n';
  for await (const block of lines)
    for (const line of block.trimEnd().split('\n')) {
      terminal.write(before + line);
      before = ',\n';
    }
  terminal.write(before === '[\n' ? '[]\n' : '\n]\n');
}

type Answerer = (request: AnswerRequest) => Promise<Result<Lines, Failure>>;

async function findAnswerer(context: CliContext, options: Options): Promise<Result<Answerer, Failure>> {
  const { url, model, modelVersion: version } = options;
  if (url === undefined) {
    if (options.tokenFile !== undefined) return err(predictRefused('--token-file is for a server: give its --url too'));
    const served = await loadModel(context.cwd, options);
    return served.ok ? ok((request) => answerHere(served.value, request)) : served;
  }
  const token = readToken(context.cwd, options.tokenFile);
  if (!token.ok) return token;
  return ok((request) => answerThere({ url, model, version, token: token.value }, request));
}

function readToken(cwd: string, file: string | undefined): Result<string | undefined, Failure> {
  if (file === undefined) return ok(undefined);
  try {
    return ok(readFileSync(resolve(cwd, file), 'utf8').trim());
  } catch {
    return err(predictRefused(`the token file ${file} cannot be read`));
  }
}

async function loadModel(cwd: string, options: Options): Promise<Result<ServedModel, Failure>> {
  const pipeline = await loadPipeline(cwd);
  if (!pipeline.ok) return pipeline;
  const registry = findRegistry(pipeline.value, options.model);
  if (!registry.ok) return registry;
  const stored = registry.value.readVersion(options.modelVersion ?? 'production');
  if (!stored.ok) return stored;
  const { n, sha, bytes } = stored.value;
  const parsed = parseModel(new TextDecoder().decode(bytes));
  if (!parsed.ok) return err(predictRefused(`version ${n} cannot be used: ${parsed.error.message}`));
  return ok(serveModel({ name: registry.value.model.name, version: n, sha }, parsed.value));
}
