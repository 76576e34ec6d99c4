/**
 * The line below which everything scrolls while objects travel: how many, how much, how fast, how long yet.
 * Only on a terminal; nothing of it is left when it is closed.
 */
import type { Progress } from '../store/remotes/transfer.ts';
import type { CliContext } from './command.ts';
import { LiveRegion } from './live-region.ts';
import { renderSize } from './render-size.ts';
import { renderDuration } from './render-time.ts';
import { createTheme } from './theme.ts';

export interface TransferProgress {
  readonly onProgress: (progress: Progress) => void;
  readonly close: () => void;
}

const REDRAW_MS = 150;
/** Speed is that of the last seconds: what went before says little about what is to come. */
const WINDOW_MS = 5000;
/** What asking for one object takes, in bytes that would have travelled meanwhile: small files are not done when their bytes are. */
const BYTES_PER_OBJECT = 64 * 1024;

interface Sample {
  readonly at: number;
  readonly bytes: number;
  readonly objects: number;
}

/** `verb`: as in `pushing`. */
export function createTransferProgress({ terminal, globals }: CliContext, verb: string): TransferProgress {
  if (!terminal.isTty || globals.json || globals.quiet) return { onProgress: () => undefined, close: () => undefined };
  const region = new LiveRegion(terminal);
  const theme = createTheme(globals.color);
  let latest: Progress | undefined;
  let samples: readonly Sample[] = [];
  const draw = () => {
    if (latest === undefined) return;
    const now = performance.now();
    samples = [
      ...samples.filter(({ at }) => now - at < WINDOW_MS),
      { at: now, bytes: latest.bytes, objects: latest.objects },
    ];
    region.redraw({ above: [], live: [renderProgress(verb, latest, speedOf(samples))], paint: theme.faint });
  };
  const timer = setInterval(draw, REDRAW_MS);
  timer.unref();
  return {
    onProgress: (progress) => {
      latest = progress;
    },
    close: () => {
      clearInterval(timer);
      region.erase();
    },
  };
}

interface Speed {
  readonly bytes: number;
  readonly objects: number;
}

/** A second; undefined as long as nothing can be said. */
function speedOf(samples: readonly Sample[]): Speed | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at - first.at < 1000) return undefined;
  const seconds = (last.at - first.at) / 1000;
  return { bytes: (last.bytes - first.bytes) / seconds, objects: (last.objects - first.objects) / seconds };
}

function renderProgress(verb: string, progress: Progress, speed: Speed | undefined): string {
  const { objects, bytes, totalObjects, totalBytes } = progress;
  return [
    `${verb} ${objects} of ${totalObjects} objects`,
    `${renderSize(bytes)} of ${renderSize(totalBytes)}`,
    ...(speed === undefined ? [] : [`${renderSize(Math.round(speed.bytes))}/s`, ...renderLeft(progress, speed)]),
  ].join(' · ');
}

function renderLeft(progress: Progress, speed: Speed): readonly string[] {
  const left = { bytes: progress.totalBytes - progress.bytes, objects: progress.totalObjects - progress.objects };
  const pace = workIn(speed);
  if (pace <= 0 || workIn(left) <= 0) return [];
  const ms = (workIn(left) / pace) * 1000;
  return [ms < 1000 ? 'less than 1 s left' : `${renderDuration(ms)} left`];
}

const workIn = ({ bytes, objects }: Speed): number => bytes + objects * BYTES_PER_OBJECT;
