/** Files of the installed swagger-ui-dist, read once each. The names are ours, never a caller's. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

export function createAssetReader(): (name: string) => Promise<string> {
  const { resolve } = createRequire(import.meta.url);
  const texts = new Map<string, Promise<string>>();
  return (name) => {
    const known = texts.get(name);
    if (known !== undefined) return known;
    const text = readFile(resolve(`swagger-ui-dist/${name}`), 'utf8');
    texts.set(name, text);
    return text;
  };
}
