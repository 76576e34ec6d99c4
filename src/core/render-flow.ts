/** Plain data as one line of YAML. Pure. */

/** YAML that is JSON wherever JSON can say it: integers stay integers, and floats floats. */
export function renderFlow(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return renderFloat(value);
  if (Array.isArray(value)) return `[${value.map(renderFlow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${renderFlow(member)}`);
  return `{${members.join(', ')}}`;
}

function renderFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
