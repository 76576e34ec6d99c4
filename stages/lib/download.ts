/**
 * Downloads one file over HTTP into a part file, through cut connections, stalls and busy servers.
 *
 * Knows nothing of tables. What has arrived stays in the part file, also after a failure, and the next
 * attempt asks for the rest; If-Range makes sure that it is the rest of the same file.
 * Invariant: `whole` is answered only for as many bytes as the server said there were.
 */
import { assertNever } from '../../src/lib/assert-never.ts';
import { planFor, validatorOf } from './http-answer.ts';
import type { Retry, Take } from './http-answer.ts';
import { openPart } from './part-file.ts';
import type { PartFile } from './part-file.ts';

export interface DownloadJob {
  readonly url: string;
  /** Where the bytes go; what an earlier attempt left there is gone on with. */
  readonly path: string;
  readonly limits: DownloadLimits;
  readonly progress: (text: string) => void;
}

export interface DownloadLimits {
  readonly attempts: number;
  /** Before the second attempt; doubled before each further one. */
  readonly backoffMs: number;
  /** How long a server may be silent. */
  readonly stallMs: number;
  /** No more than this is written, whatever the server says. */
  readonly maxBytes: number;
}

export type Download =
  | { readonly kind: 'whole' }
  /** The server has no such file. */
  | { readonly kind: 'absent'; readonly status: number }
  | { readonly kind: 'failed'; readonly message: string };

export async function download(job: DownloadJob): Promise<Download> {
  const { limits, progress } = job;
  let trouble = '';
  for (let attempt = 1; attempt <= limits.attempts; attempt++) {
    if (attempt > 1) {
      progress(`${trouble}; attempt ${attempt} of ${limits.attempts}`);
      await pause(limits.backoffMs * (1 << (attempt - 2)));
    }
    const outcome = await attemptOnce(job);
    if (outcome.kind !== 'retry') return outcome;
    trouble = outcome.message;
  }
  return { kind: 'failed', message: `${trouble} (${limits.attempts} attempts)` };
}

type Attempt = Download | Retry;

async function attemptOnce(job: DownloadJob): Promise<Attempt> {
  const part = await openPart(job.path, job.url);
  const silence = createAlarm(job.limits.stallMs);
  try {
    const response = await fetch(job.url, { headers: requestHeaders(part), signal: silence.signal });
    silence.reset();
    return await receive(job, { response, part, silence });
  } catch (error) {
    if (silence.signal.aborted) return { kind: 'retry', message: silenceText(job.limits) };
    return { kind: 'retry', message: describeNetworkError(error) };
  } finally {
    silence.off();
    await part.close();
  }
}

/** Compression would make the length unknown and ranges meaningless. */
function requestHeaders(part: PartFile): Record<string, string> {
  const whole = { 'accept-encoding': 'identity' };
  const validator = part.validator();
  if (part.size() === 0 || validator === undefined) return whole;
  return { ...whole, range: `bytes=${part.size()}-`, 'if-range': validator };
}

interface Answer {
  readonly response: Response;
  readonly part: PartFile;
  readonly silence: Alarm;
}

async function receive(job: DownloadJob, answer: Answer): Promise<Attempt> {
  const { response, part } = answer;
  const plan = planFor(response, part);
  switch (plan.kind) {
    case 'take':
      if (plan.from < part.size()) await part.restart();
      await part.remember(validatorOf(response));
      return take(job, answer, plan);
    case 'complete':
      return { kind: 'whole' };
    case 'start-over':
      await part.restart();
      return { kind: 'retry', message: plan.message };
    case 'absent':
    case 'failed':
    case 'retry':
      return plan;
    default:
      return assertNever(plan);
  }
}

async function take(job: DownloadJob, { response, part, silence }: Answer, { total }: Take): Promise<Attempt> {
  const { maxBytes } = job.limits;
  if (response.body === null) return { kind: 'retry', message: 'the answer has no body' };
  const report = createPercentages(total, job.progress);
  for await (const chunk of response.body) {
    silence.reset();
    await part.append(chunk);
    if (part.size() > maxBytes) {
      await part.restart();
      return { kind: 'failed', message: `more than ${maxBytes} bytes: this is no table` };
    }
    report(part.size());
  }
  const size = part.size();
  if (total === undefined || size === total) return { kind: 'whole' };
  if (size < total) return { kind: 'retry', message: `cut off after ${size} of ${total} bytes` };
  await part.restart();
  return { kind: 'retry', message: `${size} bytes came, ${total} were announced` };
}

/** Four lines a file at most. */
function createPercentages(total: number | undefined, progress: (text: string) => void): (size: number) => void {
  let told = 0;
  return (size) => {
    const quarters = total === undefined || total === 0 ? 0 : Math.floor((size / total) * 4);
    if (quarters <= told) return;
    told = quarters;
    progress(`${quarters * 25} % of ${total} bytes`);
  };
}

interface Alarm {
  readonly signal: AbortSignal;
  readonly reset: () => void;
  readonly off: () => void;
}

function createAlarm(afterMs: number): Alarm {
  const controller = new AbortController();
  const ring = (): void => controller.abort();
  let timer = setTimeout(ring, afterMs);
  return {
    signal: controller.signal,
    reset: () => {
      clearTimeout(timer);
      timer = setTimeout(ring, afterMs);
    },
    off: () => clearTimeout(timer),
  };
}

const silenceText = ({ stallMs }: DownloadLimits): string => `the server was silent for ${stallMs / 1000} s`;

/** `fetch` says only "fetch failed" or "terminated", as a TypeError; the cause says why. A full disk is no TypeError. */
function describeNetworkError(error: unknown): string {
  if (!(error instanceof TypeError)) throw error;
  const { cause, message } = error;
  if (!(cause instanceof Error)) return message;
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
