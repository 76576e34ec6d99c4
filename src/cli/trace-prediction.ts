/** `pipe trace ID`: from one answer of the server to the version that gave it, and on to everything behind that. */
import { join } from 'node:path';
import { DEMO_DATA_DIR } from '../core/serve-config.ts';
import { findRoot } from '../engine/load.ts';
import { traceVersion, type TracedVersion } from '../engine/trace-version.ts';
import { findDataDir } from '../serve/data-dir.ts';
import { findPrediction, type FoundPrediction } from '../serve/find-prediction.ts';
import type { CliContext } from './command.ts';
import { fail } from './fail.ts';
import { toPrettyJson } from './json.ts';
import { renderOut, withTypes } from './render-trace.ts';
import { createTheme, type Theme } from './theme.ts';

export async function tracePrediction(
  context: CliContext,
  { id, flag }: { readonly id: string; readonly flag: string | undefined },
): Promise<void> {
  const { cwd, env, globals } = context;
  const dataDir = findDataDir({ cwd, env, flag });
  if (!dataDir.ok) return fail(context, dataDir.error);
  const found = findPrediction(dataDir.value, id);
  // Whoever tries things out has a server with --demo, which keeps its data apart.
  const tried = found.ok || flag !== undefined ? found : findPrediction(join(findRoot(cwd) ?? cwd, DEMO_DATA_DIR), id);
  if (!tried.ok) return fail(context, found.ok ? tried.error : found.error);
  const { model, sha, shown } = tried.value;
  const version = await traceVersion({ cwd, model, sha });
  if (!version.ok) return fail(context, version.error);
  const { made } = version.value;
  if (globals.json)
    return context.print(
      toPrettyJson({ prediction: shown, version: { ...version.value, made: made && withTypes(made) } }),
    );
  context.print(
    render(tried.value, version.value, { theme: createTheme(globals.color), isFull: globals.verbose }).join('\n'),
  );
}

function render(
  { shown }: FoundPrediction,
  version: TracedVersion,
  { theme, isFull }: { readonly theme: Theme; readonly isFull: boolean },
): readonly string[] {
  const { made, git } = version;
  const state = git?.dirty
    ? `commit ${git.commit.slice(0, 10)} with changes on top`
    : `commit ${git?.commit.slice(0, 10)}`;
  const answer = 'confidence' in shown ? `confidence ${shown.confidence}` : `probability ${shown.probability}`;
  return [
    theme.strong(`prediction ${shown.id}`),
    `  answer   ${JSON.stringify(shown.prediction)}, ${answer}`,
    `  asked    ${shown.timestamp} by ${shown.user}`,
    `  input    ${JSON.stringify(shown.input)}`,
    `  model    ${theme.name(version.model)} version ${version.n} (${version.name}), now ${version.status}`,
    ...(version.created === null ? [] : [`  made     ${version.created}${git === null ? '' : `, at ${state}`}`]),
    ...(made === null
      ? [`  ${theme.warn('no stage made this version')}: it was imported, or its card is gone`]
      : renderOut(made, theme, isFull).map((line) => `  ${line}`)),
  ];
}
