/** `pipe serve`: starts the daemon, says where it listens and what to try, and waits to be stopped. */
import type { Command } from 'commander';
import type { Failure } from '../../core/failure.ts';
import type { ServeTexts } from '../../core/serve-config.ts';
import type { Checkup } from '../../serve/check.ts';
import { openDaemon, readDaemonOptions, type OpenOptions, type Opened } from '../../serve/open-daemon.ts';
import type { Daemon } from '../../serve/daemon.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toJsonText } from '../json.ts';
import { VERSION } from '../manifest.ts';

interface Options {
  readonly host?: string;
  readonly port?: string;
  readonly dataDir?: string;
  readonly docs?: string;
  readonly drainDelay?: string;
  readonly registration?: string;
  readonly metricsListen?: string;
  readonly config?: string;
  readonly envFile?: string;
  readonly demo?: boolean;
  readonly check?: boolean;
}

const EXAMPLES = `
Each flag has its PIPE_… variable (PIPE_PORT) and its key under \`serve:\` in
.pipe/config.yaml (port). Flags win over the environment, the environment over
--env-file, that over --config, over .pipe/config.local.yaml, over
.pipe/config.yaml. Secrets come from the environment or from files only:
SECRET_KEY (at least 32 bytes; made and kept if it is not set) or SECRET_KEY_FILE,
and for the first start ADMIN_USERNAME, ADMIN_PASSWORD or ADMIN_PASSWORD_FILE.

Examples:
  pipe serve --demo          try it: admin/admin123 and alice/secret123, this machine only
  pipe serve --port 9000     serve the production model
  pipe serve --check         would it start? All problems at once, exit code 0 or 2`;

export const serve: CommandModule = {
  define: (command: Command, context: CliContext) => {
    command
      .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
      .option('--port <number>', 'port to listen on; 0: any free one (default: 8000)')
      .option('--data-dir <dir>', 'where users, history and keys are kept (default: .pipe/serve)')
      .option('--config <file>', 'read `serve:` from this file too')
      .option('--env-file <file>', 'read environment variables from this file')
      .option('--docs <on|off|user>', 'the API document and /docs: open, absent, or for users (default: on)')
      .option('--registration <open|closed>', 'may anybody make an account (default: closed; demo: open)')
      .option('--metrics-listen <host:port>', 'answer /metrics here without a key')
      .option('--drain-delay <seconds>', 'how long to go on answering after SIGTERM (default: 5)')
      .option('--demo', 'with two public accounts, for this machine only')
      .option('--check', 'check configuration, secret, database, model and ports, and end')
      .addHelpText('after', EXAMPLES)
      .action((options: Options) => run(context, options));
  },
};

async function run(context: CliContext, options: Options): Promise<void> {
  const request: OpenOptions = {
    cwd: context.cwd,
    env: context.env,
    flags: toTexts(options),
    envFile: options.envFile,
    config: options.config,
    pipe: pipeCommand(),
    name: 'pipe',
    version: VERSION,
  };
  const opened = await readDaemonOptions(request);
  if (!opened.ok) return failAll(context, opened.error);
  if (options.check === true) {
    const { checkDaemon } = await import('../../serve/check.ts');
    return report(context, opened.value, await checkDaemon(opened.value));
  }
  const daemon = await openDaemon(request, opened.value);
  if (!daemon.ok) return fail(context, daemon.error);

  announce(context, opened.value, daemon.value);
  const signal = await stopRequested(context.signal);
  // A person at the terminal does not wait for a balancer.
  await daemon.value.stop(signal === 'SIGINT' ? 0 : opened.value.settings.drainDelayMs);
}

const toTexts = ({ dataDir, drainDelay, metricsListen, demo, ...same }: Options): ServeTexts => ({
  host: same.host,
  port: same.port,
  docs: same.docs,
  registration: same.registration,
  data_dir: dataDir,
  drain_delay: drainDelay,
  metrics_listen: metricsListen,
  demo: demo === true ? 'true' : undefined,
});

function failAll(context: CliContext, failures: readonly Failure[]): void {
  for (const failure of failures) fail(context, failure);
}

function report(context: CliContext, opened: Opened, { problems, notes }: Checkup): void {
  if (problems.length > 0)
    return failAll(
      context,
      problems.map((problem) => ({ code: 'serve-refused', problem })),
    );
  const { models, root } = opened;
  if (context.globals.json)
    return context.print(toJsonText({ type: 'checked', models: models.map(({ name }) => name), notes }));
  for (const note of notes) context.print(`note: ${note}`);
  context.print(`would serve ${models.map(({ name }) => `model ${name}`).join(', ')} from ${root}`);
}

/** How this very program is started again, for a retrain. */
function pipeCommand(): readonly string[] {
  const [, script = ''] = process.argv;
  return [process.execPath, ...process.execArgv, script];
}

function announce({ globals, print, printError }: CliContext, opened: Opened, daemon: Daemon): void {
  const { settings } = opened;
  const url = urlOf(settings.host, daemon.port);
  if (settings.demo)
    printError(
      'DEMO: the passwords of admin and alice are public. Listens on this machine only; never use it for real data.',
    );
  if (daemon.note !== undefined) printError(daemon.note);
  if (globals.json)
    return print(
      toJsonText({
        type: 'listening',
        url,
        docs: docsOf(opened, url),
        metrics: metricsOf(opened, daemon),
        models: daemon.models,
      }),
    );
  print(`Serving ${daemon.models.map(describeModel).join(', ')} at ${url}`);
  const docs = docsOf(opened, url);
  if (docs !== null) print(`API documentation: ${docs}`);
  const metrics = metricsOf(opened, daemon);
  if (metrics !== null) print(`Metrics, without a key: ${metrics}`);
  print(`Try it:\n  ${curlLine(settings.demo, url)}`);
}

function describeModel({ name, version }: Daemon['models'][number]): string {
  return `model ${name} (${version === null ? 'no version in production yet' : `version ${version}`})`;
}

const docsOf = ({ settings }: Opened, url: string): string | null => (settings.docs === 'off' ? null : `${url}/docs`);

const metricsOf = ({ settings: { metricsListen } }: Opened, { metricsPort }: Daemon): string | null =>
  metricsListen === undefined || metricsPort === undefined ? null : `${urlOf(metricsListen.host, metricsPort)}/metrics`;

function curlLine(demo: boolean, url: string): string {
  const credentials = demo ? 'username=alice&password=secret123' : 'username=admin&password=…';
  return `curl -X POST ${url}/auth/token -d "${credentials}"`;
}

/** A wildcard is no address to type into a browser. */
function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function stopRequested(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(signal.reason);
    signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
  });
}
