/** `pipe status -c`: what `push` would send and `pull` would bring. */
import { type RemoteStatus, remoteStatus } from '../engine/remote-status.ts';
import type { CliContext } from './command.ts';
import { fail } from './fail.ts';
import { toPrettyJson } from './json.ts';
import { createTheme } from './theme.ts';
import { toTransferOptions, type TransferChoices } from './transfer-options.ts';

export async function tellRemoteStatus(
  context: CliContext,
  targets: readonly string[],
  choices: Omit<TransferChoices, 'runCache'>,
): Promise<void> {
  const { cwd, env, signal, globals } = context;
  const status = await remoteStatus({
    ...toTransferOptions({ ...choices, runCache: true }),
    cwd,
    env,
    signal,
    targets,
  });
  if (!status.ok) return fail(context, status.error);
  if (globals.json) context.print(toPrettyJson(status.value));
  else if (!globals.quiet) for (const line of render(status.value, context)) context.print(line);
  if (globals.quiet && status.value.paths.some(({ state }) => state !== 'same')) context.finish(1);
}

function render({ remote, paths }: RemoteStatus, { globals }: CliContext): readonly string[] {
  const theme = createTheme(globals.color);
  const words = {
    new: theme.warn('new     '),
    deleted: theme.warn('not here'),
    missing: theme.bad('nowhere '),
  };
  const lines = paths.flatMap(({ path, state }) => (state === 'same' ? [] : [`${words[state]}  ${path}`]));
  const has = (wanted: string) => paths.some(({ state }) => state === wanted);
  const hints = [
    ...(has('new') ? [`\`pipe push\` sends what is new to ${remote}`] : []),
    ...(has('deleted') ? ['`pipe pull` brings what is not here'] : []),
    ...(has('missing') ? ['`pipe repro` makes what is nowhere, unless another checkout pushes it'] : []),
  ];
  if (lines.length === 0) return [theme.good(`the cache and ${remote} have the same`)];
  return [...lines, '', ...hints];
}
