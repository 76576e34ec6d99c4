import { describe, expect, test } from 'vitest';
import { streamLog } from '../../src/serve/retrain/log-stream.ts';
import type { RetrainJob } from '../../src/serve/retrain/retrain-job.ts';

/** A log that grows by one step whenever the stream waits. */
function stream(steps: readonly string[], from = 0) {
  let log = '';
  let step = 0;
  const grow = (): void => void (log += steps[step++] ?? '');
  grow();
  const finishedAt = (): string | null => (step >= steps.length ? '2026-01-01T00:00:00.000Z' : null);
  return streamLog({
    find: async () =>
      ({ state: 'promoted', decision: 'promote', production: 2, finishedAt: finishedAt() }) as RetrainJob,
    read: async (offset, length) => new TextEncoder().encode(log).subarray(offset, offset + length),
    from,
    wait: async () => grow(),
  });
}

async function collect(events: AsyncGenerator<string>): Promise<string> {
  let text = '';
  for await (const event of events) text += event;
  return text.replaceAll(': \n\n', '');
}

const END = 'event: end\ndata: {"state":"promoted","decision":"promote","production":2}\n\n';

describe('a log as events', () => {
  test('has each line once and whole, and ends with how the job ended', async () => {
    expect(await collect(stream(['a\nb', 'c\n', 'é\n']))).toBe(
      `id: 2\ndata: a\n\nid: 5\ndata: bc\n\nid: 8\ndata: é\n\n${END}`,
    );
  });

  test('goes on after the line that was received last', async () => {
    expect(await collect(stream(['a\nb\n', 'c\n'], 2))).toBe(`id: 4\ndata: b\n\nid: 6\ndata: c\n\n${END}`);
  });

  test('of a finished job ends at once, also when nothing is left', async () => {
    expect(await collect(stream(['a\n'], 2))).toBe(END);
  });

  test('a last line without an end is sent, a carriage return is not', async () => {
    expect(await collect(stream(['a\r\nlast']))).toBe(`id: 3\ndata: a\n\nid: 7\ndata: last\n\n${END}`);
  });

  test('a line longer than what is read at once is not cut', async () => {
    const long = 'x'.repeat(200_000);
    expect(await collect(stream([`${long}\n`, 'b\n']))).toContain(`data: ${long}\n`);
  });

  test('gives a sign of life while nothing is said', async () => {
    let text = '';
    for await (const event of stream(['a\n', ...Array.from({ length: 160 }, () => ''), 'b\n'])) text += event;
    expect(text.match(/^: $/gm)?.length).toBe(3);
  });
});
