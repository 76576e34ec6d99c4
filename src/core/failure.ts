/**
 * Every way a run can fail that is the user's to fix, as values; bugs throw.
 * Each `code` has a section in docs/errors.md; a test checks that. `cli/render-failure` has the words.
 */
import { assertNever } from '../lib/assert-never.ts';
import type { Place } from './pipeline.ts';
import type { Reason } from './reason.ts';

export type Failure =
  | { readonly code: 'no-pipeline'; readonly from: string }
  | { readonly code: 'pipeline-invalid'; readonly problems: readonly Problem[] }
  | { readonly code: 'params-invalid'; readonly problems: readonly Problem[] }
  /** `.pipe/config.yaml` or `.pipe/config.local.yaml`. */
  | { readonly code: 'config-invalid'; readonly problems: readonly Problem[] }
  | {
      readonly code: 'unknown-target';
      readonly target: string;
      readonly suggestion: string | undefined;
      readonly stages: readonly string[];
    }
  /** One stage was wanted, and several are meant. */
  | { readonly code: 'ambiguous-target'; readonly target: string; readonly stages: readonly string[] }
  | {
      readonly code: 'stage-failed';
      readonly stage: string;
      readonly command: string;
      readonly exitCode: number;
      readonly logFile: string;
    }
  | {
      readonly code: 'stage-killed';
      readonly stage: string;
      readonly command: string;
      readonly signal: string;
      readonly logFile: string;
    }
  | {
      readonly code: 'stage-timeout';
      readonly stage: string;
      readonly command: string;
      readonly timeoutMs: number;
      readonly logFile: string;
    }
  | { readonly code: 'stage-not-started'; readonly stage: string; readonly command: string; readonly problem: string }
  | { readonly code: 'stage-stopped'; readonly stage: string }
  /** `owner`: the stage that makes it; it is frozen, or this one runs alone. */
  | {
      readonly code: 'dep-missing';
      readonly stage: string;
      readonly path: string;
      readonly owner?: { readonly stage: string; readonly frozen: boolean };
      readonly place: Place;
    }
  | { readonly code: 'glob-empty'; readonly stage: string; readonly pattern: string; readonly place: Place }
  /** What `{run:}` names did not end well. `problem` goes on a sentence that begins with the script. */
  | {
      readonly code: 'dep-command-failed';
      readonly stage: string;
      readonly script: string;
      readonly problem: string;
      readonly lastLines: readonly string[];
      readonly place: Place;
    }
  /** The server of a `{url:}` does not answer. */
  | {
      readonly code: 'url-unreachable';
      readonly stage: string;
      readonly url: string;
      readonly problem: string;
      readonly place: Place;
    }
  /** It answers, and the answer is of no use. */
  | {
      readonly code: 'url-unusable';
      readonly stage: string;
      readonly url: string;
      readonly problem: string;
      readonly hint?: string;
      readonly place: Place;
    }
  | {
      readonly code: 'param-missing';
      readonly stage: string;
      readonly file: string;
      readonly key: string;
      readonly place: Place;
    }
  | {
      readonly code: 'dep-changed-during-run';
      readonly stage: string;
      readonly paths: readonly string[];
      readonly logFile: string;
    }
  | { readonly code: 'out-missing'; readonly stage: string; readonly path: string; readonly logFile: string }
  | {
      readonly code: 'out-unsafe';
      readonly stage: string;
      readonly path: string;
      readonly problem: string;
      readonly place: Place;
    }
  /** What stands there, or does not, cannot be a source. */
  | { readonly code: 'source-refused'; readonly path: string; readonly problem: string; readonly hint?: string }
  /** `commit` was asked to accept an out that is not there. */
  | { readonly code: 'nothing-to-accept'; readonly stage: string; readonly path: string }
  /** A file that somebody wrote cannot be changed as asked. */
  | { readonly code: 'edit-refused'; readonly file: string; readonly problem: string; readonly hint?: string }
  | { readonly code: 'frozen-without-lock'; readonly stage: string; readonly place: Place }
  /** A file name, link or permission that cannot be recorded. */
  | { readonly code: 'path-refused'; readonly path: string; readonly problem: string; readonly hint?: string }
  /** The operating system said no: disk full, read-only, too many open files. */
  | {
      readonly code: 'system';
      readonly operation: string;
      readonly path: string;
      readonly problem: string;
      readonly hint?: string;
    }
  /** `--locked`: the lock entry is not of what stands here. */
  | { readonly code: 'lock-outdated'; readonly stage: string; readonly reasons: readonly Reason[] }
  | { readonly code: 'source-outdated'; readonly path: string; readonly state: 'changed' | 'missing' | 'not-added' }
  | { readonly code: 'lock-conflict'; readonly file: string; readonly problem: string }
  /** `migrate` found neither a `.dvc` folder nor files of DVC's. */
  | { readonly code: 'no-dvc-repo'; readonly from: string }
  /** `migrate` wrote nothing. `problems`: in the pipeline that it would have written. */
  | {
      readonly code: 'migrate-refused';
      readonly problem: string;
      readonly problems: readonly Problem[];
      readonly hint?: string;
    }
  /** What `init` would write is already there. */
  | { readonly code: 'would-overwrite'; readonly paths: readonly string[] }
  /** No lock entry that can be found names it. */
  | { readonly code: 'not-traceable'; readonly target: string; readonly problem: string }
  /** Another revision was asked for, and this is no git work tree. */
  | { readonly code: 'no-git'; readonly root: string }
  | { readonly code: 'unknown-revision'; readonly revision: string }
  | { readonly code: 'not-in-revision'; readonly path: string; readonly revision: string }
  /** `operation`: which command of git; `problem`: what it said. */
  | { readonly code: 'git-failed'; readonly operation: string; readonly problem: string }
  /** An experiment cannot be made, found or applied as asked. */
  | { readonly code: 'experiment-refused'; readonly problem: string; readonly hint?: string }
  /** Another checkout shares the cache, and what it needs cannot be known. */
  | { readonly code: 'checkout-unreachable'; readonly root: string; readonly cacheDir: string }
  /** Never run here, or its logs were cleared. */
  | { readonly code: 'no-log'; readonly stage: string; readonly run: number }
  /** The server, or an account, is not as it was asked for. */
  | { readonly code: 'serve-refused'; readonly problem: string; readonly hint?: string }
  /** What was to be predicted, or the server that was to do it, is not as it should be. */
  | { readonly code: 'predict-refused'; readonly problem: string; readonly hint?: string }
  /** No remote is called so, or none is set up. */
  | { readonly code: 'remote-unknown'; readonly remote: string | undefined; readonly known: readonly string[] }
  | { readonly code: 'remote-read-only'; readonly remote: string }
  /** It does not answer, or not now, however often it was asked. */
  | {
      readonly code: 'remote-unreachable';
      readonly remote: string;
      readonly url: string;
      readonly problem: string;
      readonly hint?: string;
    }
  /** It answers, and the answer is no, or cannot be used. */
  | {
      readonly code: 'remote-refused';
      readonly remote: string;
      readonly url: string;
      readonly problem: string;
      readonly hint?: string;
    }
  | { readonly code: 'interrupted'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' }
  | { readonly code: 'registry'; readonly model: string; readonly problem: string; readonly hint?: string };

/** One thing wrong in a file the user wrote, with where it is. */
export interface Problem {
  readonly place: Place;
  /** Where in the structure: `stages.train.outs[0]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  /** The line itself, to be shown and marked at the column. */
  readonly text?: string;
}

/** 1: a stage failed. 2: something the user wrote is wrong and nothing ran. 3: out of reach. 128 + n: signal n. */
export function exitCodeFor(failure: Failure): number {
  switch (failure.code) {
    case 'no-pipeline':
    case 'pipeline-invalid':
    case 'params-invalid':
    case 'config-invalid':
    case 'unknown-target':
    case 'ambiguous-target':
    case 'dep-missing':
    case 'glob-empty':
    case 'param-missing':
    case 'url-unusable':
    case 'out-unsafe':
    case 'nothing-to-accept':
    case 'edit-refused':
    case 'source-refused':
    case 'frozen-without-lock':
    case 'lock-conflict':
    case 'would-overwrite':
    case 'no-dvc-repo':
    case 'migrate-refused':
    case 'checkout-unreachable':
    case 'no-git':
    case 'unknown-revision':
    case 'experiment-refused':
    case 'serve-refused':
    case 'predict-refused':
    case 'remote-unknown':
    case 'remote-read-only':
      return 2;
    case 'remote-unreachable':
    case 'remote-refused':
    case 'url-unreachable':
      return 3;
    case 'interrupted':
      return { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[failure.signal];
    case 'dep-command-failed':
    case 'stage-failed':
    case 'stage-killed':
    case 'stage-timeout':
    case 'stage-not-started':
    case 'stage-stopped':
    case 'dep-changed-during-run':
    case 'out-missing':
    case 'path-refused':
    case 'system':
    case 'no-log':
    case 'not-traceable':
    case 'not-in-revision':
    case 'git-failed':
    case 'lock-outdated':
    case 'source-outdated':
    case 'registry':
      return 1;
    default:
      return assertNever(failure);
  }
}
