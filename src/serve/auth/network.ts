/**
 * Who shares an address, for throttling: everybody in an IPv6 /64, since whoever has one address of it has
 * all 2^64; and one IPv4 address however it is written. Pure.
 */
export function networkOf(address: string): string {
  const groups = parseIpv6(address.toLowerCase().replace(/%.*$/, ''));
  if (groups === undefined) return address;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const [high = 0, low = 0] = groups.slice(6);
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** Eight groups; undefined: no IPv6. */
function parseIpv6(text: string): readonly number[] | undefined {
  if (!text.includes(':')) return undefined;
  const [front = '', back, ...more] = text.split('::');
  const head = parseGroups(front);
  const tail = parseGroups(back ?? '');
  if (head === undefined || tail === undefined || more.length > 0) return undefined;
  const missing = 8 - head.length - tail.length;
  const isWhole = back === undefined ? missing === 0 : missing > 0;
  return isWhole ? [...head, ...Array.from({ length: missing }, () => 0), ...tail] : undefined;
}

/** The last two groups may be written as an IPv4 address. */
function parseGroups(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':').flatMap((part) => {
    const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(part)?.slice(1).map(Number);
    if (bytes === undefined) return /^[0-9a-f]{1,4}$/.test(part) ? [Number.parseInt(part, 16)] : [Number.NaN];
    const [a = 0, b = 0, c = 0, d = 0] = bytes;
    return bytes.every((byte) => byte < 256) ? [a * 256 + b, c * 256 + d] : [Number.NaN];
  });
  return groups.some(Number.isNaN) ? undefined : groups;
}
