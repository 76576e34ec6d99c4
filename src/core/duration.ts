/** Durations as people write them: `90s`, `30m`, `1h30m`; a bare number is seconds. */

/** Milliseconds; undefined for what is no duration, or none at all. */
export function parseDuration(written: string | number): number | undefined {
  if (typeof written === 'number') return positive(written * 1000);
  const text = written.replaceAll(' ', '');
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  return positive(parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0));
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function positive(ms: number): number | undefined {
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
