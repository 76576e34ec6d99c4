/** `pipe user`: the accounts of the server. Works while it runs; it sees a change at its next request. */
import type { Command } from 'commander';
import type { Failure } from '../../core/failure.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { withAccounts, type AccountAdmin } from '../../serve/account-admin.ts';
import { findDataDir } from '../../serve/data-dir.ts';
import type { User } from '../../store/database/users.ts';
import type { CliContext, CommandModule } from '../command.ts';
import { fail } from '../fail.ts';
import { toPrettyJson } from '../json.ts';
import { readPassword } from '../read-password.ts';

interface Options {
  readonly dataDir?: string;
  readonly admin?: boolean;
  readonly email?: string;
  readonly mustChange?: boolean;
  readonly passwordStdin?: boolean;
}

const EXAMPLES = `
Examples:
  pipe user add alice                              asks for the password
  pipe user add ops --admin --must-change          an admin who sets his own at the first login
  cat secret | pipe user add ci --password-stdin   for scripts
  pipe user passwd alice                           a new password; ends all sessions
  pipe user role alice admin
  pipe user disable alice
  pipe user remove alice                           what was predicted stays in the history`;

export const user: CommandModule = {
  define: (command: Command, context: CliContext) => {
    command.addHelpText('after', EXAMPLES);
    passwordVerb(command, 'add', 'add a user')
      .option('--admin', 'who may retrain and manage')
      .option('--email <address>')
      .action((name: string, options: Options) => act(context, options, (accounts) => add(accounts, name, options)));
    passwordVerb(command, 'passwd', "set a user's password; ends all sessions").action(
      (name: string, options: Options) => act(context, options, (accounts) => setPassword(accounts, name, options)),
    );
    verb(command, 'list', 'list all users').action((options: Options) => list(context, options));
    verb(command, 'role', 'make a user an admin, or an admin a user')
      .argument('<name>')
      .argument('<user|admin>')
      .action((name: string, role: string, options: Options) =>
        act(context, options, (accounts) => setRole(accounts, name, role)),
      );
    verb(command, 'remove', 'remove a user, with sessions and keys')
      .argument('<name>')
      .action((name: string, options: Options) => act(context, options, (accounts) => accounts.remove(name)));
    for (const [word, disabled] of [
      ['disable', true],
      ['enable', false],
    ] as const) {
      verb(command, word, disabled ? 'lock a user out at once' : 'let a disabled user in again')
        .argument('<name>')
        .action((name: string, options: Options) =>
          act(context, options, (accounts) => accounts.change(name, { disabled })),
        );
    }
  },
};

const verb = (command: Command, name: string, summary: string): Command =>
  command.command(name).description(summary).option('--data-dir <dir>', 'where the server keeps its data');

const passwordVerb = (command: Command, name: string, summary: string): Command =>
  verb(command, name, summary)
    .argument('<name>')
    .option('--password-stdin', 'read the password from standard input')
    .option('--must-change', 'the password must be changed at the first login');

async function add(accounts: AccountAdmin, username: string, options: Options): Promise<Result<User, Failure>> {
  const password = await passwordOf(options);
  if (!password.ok) return password;
  const { admin = false, email = null, mustChange = false } = options;
  return accounts.add({ username, password: password.value, role: admin ? 'admin' : 'user', email, mustChange });
}

async function setPassword(accounts: AccountAdmin, username: string, options: Options): Promise<Result<User, Failure>> {
  const password = await passwordOf(options);
  return password.ok
    ? accounts.setPassword({ username, password: password.value, mustChange: options.mustChange ?? false })
    : password;
}

async function setRole(accounts: AccountAdmin, username: string, role: string): Promise<Result<User, Failure>> {
  if (role !== 'user' && role !== 'admin')
    return err({ code: 'serve-refused', problem: 'the role must be user or admin' });
  return accounts.change(username, { role });
}

async function passwordOf({ passwordStdin }: Options): Promise<Result<string, Failure>> {
  const password = await readPassword(passwordStdin === true);
  return password.ok ? password : err({ code: 'serve-refused', problem: password.error });
}

async function act(
  context: CliContext,
  options: Options,
  change: (accounts: AccountAdmin) => Promise<Result<User, Failure>>,
): Promise<void> {
  const done = await inDataDir(context, options, change);
  if (!done.ok) return fail(context, done.error);
  if (!context.globals.quiet || context.globals.json) context.print(render(context, [done.value]));
}

async function list(context: CliContext, options: Options): Promise<void> {
  const users = await inDataDir(context, options, async (accounts) => ok(await accounts.list()));
  if (!users.ok) return fail(context, users.error);
  context.print(
    users.value.length === 0 && !context.globals.json ? 'there are no users yet' : render(context, users.value),
  );
}

async function inDataDir<T>(
  { cwd, env }: CliContext,
  { dataDir: flag }: Options,
  work: (accounts: AccountAdmin) => Promise<Result<T, Failure>>,
): Promise<Result<T, Failure>> {
  const dataDir = findDataDir({ cwd, env, flag });
  return dataDir.ok ? withAccounts(dataDir.value, work) : dataDir;
}

function render({ globals }: CliContext, users: readonly User[]): string {
  if (globals.json) return toPrettyJson(users.map(({ passwordHash: _, tokenVersion: __, ...shown }) => shown));
  const width = Math.max(...users.map(({ username }) => username.length));
  return users.map((one) => [one.username.padEnd(width), one.role.padEnd(5), ...remarks(one)].join('  ')).join('\n');
}

function remarks({ disabled, mustChangePassword, createdAt }: User): readonly string[] {
  return [
    `since ${createdAt.slice(0, 10)}`,
    ...(disabled ? ['disabled'] : []),
    ...(mustChangePassword ? ['must change the password'] : []),
  ];
}
