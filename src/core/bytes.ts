/** Amounts of memory as people write them: `4G`, `512M`, `1.5GiB`; powers of 1024, as Kubernetes' `Gi`. */

/** Undefined for what is no amount, or none at all. */
export function parseBytes(written: string | number): number | undefined {
  if (typeof written === 'number') return positive(written);
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(written.trim()) ?? [];
  return count === undefined ? undefined : positive(Number(count) * 1024 ** UNITS.indexOf(unit.toUpperCase()));
}

const UNITS = ['', 'K', 'M', 'G', 'T'];

function positive(bytes: number): number | undefined {
  return Number.isFinite(bytes) && bytes > 0 ? Math.round(bytes) : undefined;
}
