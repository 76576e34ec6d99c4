/**
 * Starts commands through a helper process (`executors/launch-worker`). Means the same as starting them here: own group,
 * own log, known by their cookie.
 *
 * Invariant: should the helper be killed, what it had started is stopped before anybody goes on.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Outcome, Started, StageCommand } from './executor.ts';
import { type EnvironmentChange, type LaunchNews, type LaunchOrder, textOf } from './launch-protocol.ts';
import { COOKIE, stopAll } from './process-group.ts';

export interface Launcher {
  /** False: not yet, or no more. */
  readonly isReady: () => boolean;
  readonly start: (script: string, command: StageCommand) => Promise<Started | Outcome>;
  /** When nothing that it started is still running. */
  readonly close: () => void;
}

type Environment = StageCommand['env'];

interface Order {
  readonly command: StageCommand;
  readonly onStarted: (started: Started | Outcome) => void;
  readonly onEnded: (outcome: Outcome) => void;
  readonly ended: Promise<Outcome>;
  pid: number | undefined;
}

/** `program`: absolute path of the helper's. `env`: its own; the nearer to that of the commands, the less there is to say. */
export function openLauncher(program: string, env: Environment = process.env): Launcher {
  const orders = new Map<number, Order>();
  const own = { ...env }; // a copy: each look at the process's own asks the system
  const helper = fork(program, [], { execArgv: [], env: own, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let ids = 0;
  let isReady = false;
  const hold = () => (orders.size > 0 ? helper.channel?.ref() : helper.channel?.unref());
  const settle = (id: number, outcome: Outcome) => {
    orders.get(id)?.onStarted(outcome); // means nothing when it has started
    orders.get(id)?.onEnded(outcome);
    orders.delete(id);
    hold();
  };
  helper.on('message', (text: unknown) => {
    const news: LaunchNews = JSON.parse(textOf(text));
    if (news.kind === 'ready') isReady = true;
    else if (news.kind === 'started') tellStarted(orders.get(news.id), news.pid);
    else {
      if (news.kind === 'ended') tellStarted(orders.get(news.id), news.pid);
      settle(news.id, outcomeOf(news));
    }
  });
  const onLost = () => {
    isReady = false;
    for (const [id, order] of orders) void stopLost(order).then((outcome) => settle(id, outcome));
  };
  helper.once('exit', onLost);
  helper.once('error', onLost);
  helper.unref();
  hold();
  return {
    isReady: () => isReady && helper.connected,
    start(script, command) {
      const id = ids++;
      return new Promise((onStarted) => {
        orders.set(id, createOrder(command, onStarted));
        hold();
        if (!send(helper, orderOf(id, script, { command, own }))) settle(id, LOST);
      });
    },
    close: () => {
      if (helper.connected) helper.disconnect();
    },
  };
}

/** From the bundle, or from one of its chunks; undefined: running from source, where there is none. */
export function findLaunchProgram(): string | undefined {
  const places = ['./workers/', '../workers/'].map((place) =>
    fileURLToPath(new URL(`${place}launch-worker.js`, import.meta.url)),
  );
  return places.find((place) => existsSync(place));
}

function createOrder(command: StageCommand, onStarted: Order['onStarted']): Order {
  let onEnded: Order['onEnded'] = () => undefined;
  const ended = new Promise<Outcome>((resolve) => {
    onEnded = resolve;
  });
  return { command, onStarted, onEnded, ended, pid: undefined };
}

function tellStarted(order: Order | undefined, pid: number): void {
  if (order === undefined) return;
  order.pid = pid;
  order.onStarted({ pid, ended: order.ended });
}

function orderOf(
  id: number,
  script: string,
  { command: { shell, cwd, env, cookie, logFile }, own }: { readonly command: StageCommand; readonly own: Environment },
): LaunchOrder {
  const [program = '/bin/sh', ...args] = shell;
  return { id, program, args: [...args, script], cwd, env: { ...changes(own, env), [COOKIE]: cookie }, logFile };
}

function changes(was: Environment, now: Environment): EnvironmentChange {
  const change: Record<string, string | null> = {};
  for (const name of Object.keys(now)) if (now[name] !== was[name]) change[name] = now[name] ?? null;
  for (const name of Object.keys(was)) if (now[name] === undefined) change[name] = null;
  return change;
}

/** False: there is nobody to take it. One who goes away later says so by his `exit`, which settles the order. */
function send(helper: ChildProcess, order: LaunchOrder): boolean {
  if (!helper.connected) return false;
  helper.send(JSON.stringify(order), () => undefined);
  return true;
}

const LOST: Outcome = { kind: 'not-started', problem: 'the process that starts commands was killed' };

function outcomeOf(news: Extract<LaunchNews, { readonly kind: 'not-started' | 'ended' }>): Outcome {
  if (news.kind === 'not-started') return { kind: 'not-started', problem: news.problem };
  const { code, signal, leftovers } = news;
  return signal === null ? { kind: 'exited', code: code ?? 0, leftovers } : { kind: 'killed', signal };
}

/** Nobody will say how it ends. */
async function stopLost({ command: { cookie, graceMs }, pid }: Order): Promise<Outcome> {
  await stopAll({ group: pid, cookie }, graceMs);
  return { kind: 'killed', signal: 'SIGKILL' };
}
