/** Sizes as a person reads them: `512 B`, `3.4 KiB`, `1.2 GiB`. */
export function renderSize(bytes: number): string {
  const unit = UNITS.findLast(({ size }) => bytes >= size);
  return unit === undefined ? `${bytes} B` : `${(bytes / unit.size).toFixed(1)} ${unit.name}`;
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'].map((name, index) => ({ name, size: 1024 ** (index + 1) }));
