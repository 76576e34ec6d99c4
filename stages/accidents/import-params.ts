/**
 * The `import_data` section of params.yaml. Sources that need files say which settings they need,
 * so that a half-filled section is refused before anything is read.
 */
import { isDigest } from '../../src/lib/digest.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { ParamReader } from '../lib/params.ts';
import { FIRST_USABLE_YEAR, FIRST_YEAR, LAST_YEAR } from './layout.ts';

export type ImportParams =
  | {
      readonly source: 'synthetic';
      readonly years: readonly number[];
      readonly accidents: number;
      readonly seed: number;
    }
  | {
      readonly source: 'directory';
      readonly years: readonly number[];
      readonly directory: string;
      /** By the name under data/raw. */
      readonly sha256: ReadonlyMap<string, Digest>;
    }
  | {
      readonly source: 'http';
      readonly years: readonly number[];
      /** Ends with a slash: file names are appended. */
      readonly url: string;
      readonly sha256: ReadonlyMap<string, Digest>;
    };

const KEYS = ['source', 'years', 'accidents', 'seed', 'directory', 'url', 'sha256'];

export function readImportParams(params: ParamReader): ImportParams {
  params.only('import_data', KEYS);
  const source = params.choice('import_data.source', ['synthetic', 'directory', 'http']);
  const years = params.integers('import_data.years', { min: FIRST_YEAR, max: LAST_YEAR });
  if (source === 'synthetic' && years.some((year) => year < FIRST_USABLE_YEAR)) {
    params.refuse('import_data.years', `invented tables begin with ${FIRST_USABLE_YEAR}`);
  }
  const accidents = params.integer('import_data.accidents', { min: 100, max: 1_000_000 });
  const seed = params.integer('import_data.seed', { min: 0, max: 4_294_967_295 });
  const directory = params.optionalText('import_data.directory');
  const url = params.optionalText('import_data.url');
  const sha256 = readDigests(params);
  if (source === 'synthetic') return { source, years, accidents, seed };
  if (source === 'http') return { source, years, url: readBaseUrl(params, url), sha256 };
  if (directory === null) {
    params.refuse('import_data.directory', 'source directory needs the folder with the downloaded tables');
  }
  return { source: 'directory', years, directory: directory ?? '', sha256 };
}

function readBaseUrl(params: ParamReader, text: string | null): string {
  const url = text !== null && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    params.refuse('import_data.url', 'source http needs the address of a folder, https://…/');
  } else if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    // Not shown: this file is committed, and messages are kept in logs.
    params.refuse('import_data.url', 'must be a plain address without user, password, ? or #');
  } else {
    return url.href.endsWith('/') ? url.href : `${url.href}/`;
  }
  return '';
}

function readDigests(params: ParamReader): ReadonlyMap<string, Digest> {
  const digests = new Map<string, Digest>();
  for (const [name, text] of params.textMap('import_data.sha256')) {
    if (isDigest(text)) digests.set(name, text);
    else params.refuse('import_data.sha256', `${name}: 64 lower-case hex digits are expected`);
  }
  return digests;
}
