/** The `import_data` section of params.yaml: a half-filled one is refused before anything is read. */
import { isDigest, type Digest } from '../../../../src/lib/digest.ts';
import type { ParamReader } from '../../../../stages/lib/params.ts';

export type ImportParams =
  | { readonly source: 'synthetic'; readonly reviews: number; readonly seed: number }
  | {
      readonly source: 'directory';
      readonly directory: string;
      /** By the name of the file. */
      readonly sha256: ReadonlyMap<string, Digest>;
    };

export function readImportParams(params: ParamReader): ImportParams {
  params.only('import_data', ['source', 'reviews', 'seed', 'directory', 'sha256']);
  const source = params.choice('import_data.source', ['synthetic', 'directory']);
  const reviews = params.integer('import_data.reviews', { min: 100, max: 1_000_000 });
  const seed = params.integer('import_data.seed', { min: 0, max: 4_294_967_295 });
  const directory = params.optionalText('import_data.directory');
  const sha256 = readDigests(params);
  if (source === 'synthetic') return { source, reviews, seed };
  if (directory === null) params.refuse('import_data.directory', 'source directory needs the folder with the files');
  return { source, directory: directory ?? '', sha256 };
}

function readDigests(params: ParamReader): ReadonlyMap<string, Digest> {
  const digests = new Map<string, Digest>();
  for (const [name, text] of params.textMap('import_data.sha256')) {
    if (isDigest(text)) digests.set(name, text);
    else params.refuse('import_data.sha256', `${name}: 64 lower-case hex digits are expected`);
  }
  return digests;
}
