/** `pipe serve`: starts the daemon, says where it listens and what to try, and waits to be stopped. */
import type { Command } from 'commander';
import { checkDaemon, openDaemon, type OpenOptions, type Opened } from '../../serve/open-daemon.ts';
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
  readonly envFile?: string;
  readonly demo?: boolean;
  readonly check?: boolean;
}

const EXAMPLES = `
Environment: SECRET_KEY (at least 32 bytes; made and kept if it is not set),
ACCESS_TOKEN_EXPIRE_MINUTES (30), ADMIN_USERNAME, ADMIN_PASSWORD or
ADMIN_PASSWORD_FILE for the first start, PIPE_HOST, PIPE_PORT, PIPE_DATA_DIR,
PIPE_DOCS, PIPE_DRAIN_DELAY, PIPE_REGISTRATION, PIPE_ALLOWED_HOSTS,
PIPE_LOG_LEVEL. Flags win.

Examples:
  pipe serve --demo          try it: admin/admin123 and alice/secret123, this machine only
  pipe serve --port 9000     serve the production model
  pipe serve --check         only say whether it would start`;

export const serve: CommandModule = {
  define: (command: Command, context: CliContext) => {
    command
      .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
      .option('--port <number>', 'port to listen on; 0: any free one (default: 8000)')
      .option('--data-dir <dir>', 'where users, history and keys are kept (default: .pipe/serve)')
      .option('--docs <on|off|user>', 'the API document and /docs: open, absent, or for users (default: on)')
      .option('--drain-delay <seconds>', 'how long to go on answering after SIGTERM (default: 5)')
      .option('--registration <open|closed>', 'may anybody make an account (default: closed; demo: open)')
      .option('--env-file <file>', 'read environment variables from this file')
      .option('--demo', 'with two public accounts, for this machine only')
      .option('--check', 'check the configuration and end')
      .addHelpText('after', EXAMPLES)
      .action((options: Options) => run(context, options));
  },
};

async function run(context: CliContext, options: Options): Promise<void> {
  const { envFile, check, ...flags } = options;
  const request: OpenOptions = {
    cwd: context.cwd,
    env: context.env,
    flags,
    envFile,
    pipe: pipeCommand(),
    name: 'pipe',
    version: VERSION,
  };
  const opened = await checkDaemon(request);
  if (!opened.ok) return fail(context, opened.error);
  if (check === true) return context.print(`would serve ${namesOf(opened.value)} from ${opened.value.root}`);
  const daemon = await openDaemon(request, opened.value);
  if (!daemon.ok) return fail(context, daemon.error);

  announce(context, opened.value, daemon.value);
  const signal = await stopRequested(context.signal);
  // A person at the terminal does not wait for a balancer.
  await daemon.value.stop(signal === 'SIGINT' ? 0 : opened.value.settings.drainDelayMs);
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
        models: daemon.models,
      }),
    );
  print(`Serving ${daemon.models.map(describeModel).join(', ')} at ${url}`);
  const docs = docsOf(opened, url);
  if (docs !== null) print(`API documentation: ${docs}`);
  print(`Try it:\n  ${curlLine(settings.demo, url)}`);
}

function describeModel({ name, version }: Daemon['models'][number]): string {
  return `model ${name} (${version === null ? 'no version in production yet' : `version ${version}`})`;
}

const namesOf = ({ models }: Opened): string => models.map(({ name }) => `model ${name}`).join(', ');

const docsOf = ({ settings }: Opened, url: string): string | null => (settings.docs === 'off' ? null : `${url}/docs`);

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
