/**
 * All verbs. The table is all that is loaded of a verb until it is typed.
 */
import type { CommandModule } from './command.ts';

export interface Verb {
  readonly name: string;
  /** One line, as it stands in the list of all commands. */
  readonly summary: string;
  /** Ends by itself when told to stop: for all others the signal's default is right. */
  readonly stopsItself?: boolean;
  readonly load: () => Promise<CommandModule>;
}

export const VERBS: readonly Verb[] = [
  {
    name: 'init',
    summary: 'write a working example pipeline into this folder',
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'repro',
    summary: 'bring the pipeline up to date: run what is stale, restore what is known, leave the rest',
    stopsItself: true,
    load: async () => (await import('./commands/repro.ts')).repro,
  },
  {
    name: 'status',
    summary: 'say what repro would do, and why',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'why',
    summary: 'say why one stage would run',
    load: async () => (await import('./commands/why.ts')).why,
  },
  {
    name: 'trace',
    summary: 'say what made an out, back to code, params, data and commits',
    load: async () => (await import('./commands/trace.ts')).trace,
  },
  {
    name: 'dag',
    summary: 'draw the pipeline',
    load: async () => (await import('./commands/dag.ts')).dag,
  },
  {
    name: 'run',
    summary: 'run one stage, whatever its state; with --tty in this terminal, for a debugger',
    stopsItself: true,
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'runs',
    summary: 'list what ran when, for how long, why, and how it ended',
    load: async () => (await import('./commands/runs.ts')).runs,
  },
  {
    name: 'logs',
    summary: 'show what a stage prints, or printed when it ran',
    stopsItself: true,
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  {
    name: 'checkout',
    summary: 'bring outs and sources from the cache, as the lock entries say',
    stopsItself: true,
    load: async () => (await import('./commands/checkout.ts')).checkout,
  },
  {
    name: 'commit',
    summary: 'accept outs as they stand, without running',
    stopsItself: true,
    load: async () => (await import('./commands/commit.ts')).commit,
  },
  {
    name: 'clean',
    summary: 'take outs out of the workspace; the cache keeps them',
    stopsItself: true,
    load: async () => (await import('./commands/clean.ts')).clean,
  },
  {
    name: 'forget',
    summary: 'forget what is recorded of a stage, so that it runs again',
    stopsItself: true,
    load: async () => (await import('./commands/forget.ts')).forget,
  },
  {
    name: 'add',
    summary: 'track data that no stage makes, by content',
    stopsItself: true,
    load: async () => (await import('./commands/add.ts')).add,
  },
  {
    name: 'move',
    summary: 'give a source another name',
    stopsItself: true,
    load: async () => (await import('./commands/move.ts')).move,
  },
  {
    name: 'remove',
    summary: 'take a stage or a source out of the pipeline',
    stopsItself: true,
    load: async () => (await import('./commands/remove.ts')).remove,
  },
  {
    name: 'freeze',
    summary: 'let a stage keep what it has',
    load: async () => (await import('./commands/freeze.ts')).freeze,
  },
  {
    name: 'unfreeze',
    summary: 'let a stage follow its deps again',
    load: async () => (await import('./commands/freeze.ts')).unfreeze,
  },
  {
    name: 'metrics',
    summary: 'show figures, and compare those of two revisions',
    load: async () => (await import('./commands/metrics.ts')).metrics,
  },
  {
    name: 'plots',
    summary: 'draw plots, those of several revisions over each other',
    load: async () => (await import('./commands/plots.ts')).plots,
  },
  {
    name: 'diff',
    summary: 'say which data changed between two revisions',
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    name: 'exp',
    summary: 'run experiments beside the workspace, compare them, take one over',
    stopsItself: true,
    load: async () => (await import('./commands/exp.ts')).exp,
  },
  {
    name: 'ls',
    summary: 'list what a revision holds, without checking it out',
    load: async () => (await import('./commands/ls.ts')).ls,
  },
  {
    name: 'params',
    summary: 'set parameters, comments kept; compare those of two revisions',
    load: async () => (await import('./commands/params.ts')).params,
  },
  {
    name: 'unprotect',
    summary: 'turn links into the cache into files that can be edited',
    load: async () => (await import('./commands/unprotect.ts')).unprotect,
  },
  {
    name: 'verify',
    summary: 'run fresh stages again, isolated, and compare what comes out',
    stopsItself: true,
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'push',
    summary: 'send what the lock entries name to a remote',
    stopsItself: true,
    load: async () => (await import('./commands/push.ts')).push,
  },
  {
    name: 'pull',
    summary: 'fetch what the lock entries name from a remote, and put it in place',
    stopsItself: true,
    load: async () => (await import('./commands/pull.ts')).pull,
  },
  {
    name: 'fetch',
    summary: 'fetch what the lock entries name from a remote into the cache',
    stopsItself: true,
    load: async () => (await import('./commands/fetch.ts')).fetch,
  },
  {
    name: 'migrate',
    summary: 'make a pipeline of a DVC repository, without running a stage',
    stopsItself: true,
    load: async () => (await import('./commands/migrate.ts')).migrate,
  },
  {
    name: 'get',
    summary: 'download one file, checked and resumed',
    stopsItself: true,
    load: async () => (await import('./commands/get.ts')).get,
  },
  {
    name: 'import-url',
    summary: 'download one file and track it as a source',
    stopsItself: true,
    load: async () => (await import('./commands/import-url.ts')).importUrl,
  },
  {
    name: 'remote',
    summary: 'set up, list and change remotes',
    load: async () => (await import('./commands/remote.ts')).remote,
  },
  {
    name: 'gc',
    summary: 'make room in the cache; what any checkout needs stays',
    stopsItself: true,
    load: async () => (await import('./commands/gc.ts')).gc,
  },
  {
    name: 'serve',
    summary: 'serve the production model over HTTP',
    stopsItself: true,
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'predict',
    summary: 'answer the rows of a file with the production model, or with a server',
    load: async () => (await import('./commands/predict.ts')).predict,
  },
  {
    name: 'model',
    summary: 'list, promote and roll back model versions',
    load: async () => (await import('./commands/model.ts')).model,
  },
  {
    name: 'user',
    summary: 'add and list users of the server, set their passwords',
    load: async () => (await import('./commands/user.ts')).user,
  },
  {
    name: 'token',
    summary: 'rotate the keys that the server signs its tokens with',
    load: async () => (await import('./commands/token.ts')).token,
  },
  {
    name: 'backup',
    summary: "copy the server's accounts, keys and history while it runs, and put them back",
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  {
    name: 'audit',
    summary: 'who did what on the server: print it, verify it',
    load: async () => (await import('./commands/audit.ts')).audit,
  },
  {
    name: 'doctor',
    summary: 'check environment, lock entries and cache; mend what can be mended',
    stopsItself: true,
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'schema',
    summary: 'print the JSON schema of pipeline.yaml, for editors',
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  {
    name: 'completion',
    summary: 'print what makes the Tab key work in bash, zsh or fish',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  {
    name: 'version',
    summary: 'print the version',
    load: async () => (await import('./commands/version.ts')).version,
  },
];
