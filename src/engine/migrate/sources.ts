/** Data that no stage makes, from `.dvc` files: which sources there are, what is said of them, what they hold. */
import type { Note } from '../../core/dvc/note.ts';
import { readDvcPath } from '../../core/dvc/path.ts';
import type { ListedSource } from './convert.ts';
import { folderOf, type DvcProject, type PointerFile } from './read.ts';
import type { Absent, Found } from './entries.ts';
import type { Recorded, Resolver } from './resolve.ts';

export interface DvcSource extends ListedSource {
  /** The `.dvc` file. */
  readonly file: string;
  readonly recorded: Recorded;
  readonly origin: string | undefined;
}

export interface SourceOutcome {
  readonly path: string;
  /** The `.dvc` file it comes from. */
  readonly file: string;
  readonly found: Found | undefined;
  readonly absent: Absent | undefined;
}

export interface DvcSources {
  readonly sources: readonly DvcSource[];
  readonly notes: readonly Note[];
}

export function sourcesOf({ repo, pointers }: DvcProject): DvcSources {
  const notes: Note[] = [];
  const sources = pointers.flatMap((pointer) =>
    pointer.pointer.stage === undefined ? sourcesIn(repo.root, pointer, notes) : [],
  );
  return { sources, notes };
}

function sourcesIn(root: string, { file, pointer }: PointerFile, notes: Note[]): readonly DvcSource[] {
  const lost = (message: string) => notes.push({ kind: 'lost', file, path: '', message });
  if (pointer.hasMeta) lost('`meta`: what is said of a source is a comment in pipeline.yaml');
  const wdir = readDvcPath(pointer.wdir, { folder: folderOf(file), root });
  return pointer.outs.flatMap(({ data, desc, annotations }): readonly DvcSource[] => {
    const found = wdir.kind === 'path' ? readDvcPath(data.path, { folder: wdir.path, root }) : wdir;
    if (found.kind !== 'path') {
      lost(`\`${data.path}\` ${found.kind === 'url' ? 'is an address' : found.why}`);
      return [];
    }
    if (annotations.length > 0)
      lost(`${annotations.map((key) => `\`${key}\``).join(', ')} of ${found.path}: ${aboutAnnotations(annotations)}`);
    const said = [
      ...pointer.comments,
      ...[pointer.desc, desc].flatMap((text) => (text === undefined ? [] : text.split('\n').map((line) => ` ${line}`))),
      ...(pointer.origin === undefined ? [] : [` imported from ${pointer.origin}`]),
    ];
    const comment = said.length === 0 ? undefined : said.join('\n');
    return [{ path: found.path, file, comment, origin: pointer.origin, recorded: { ...data, path: found.path } }];
  });
}

/** A source is in the cache, and goes wherever all data goes. */
const aboutAnnotations = (annotations: readonly string[]): string =>
  annotations.some((key) => key.includes(':'))
    ? 'a source of pipe has none of that; it is kept in the cache and pushed to the remote that is used'
    : 'a source has none';

export async function resolveSource(
  resolver: Resolver,
  { path, file, recorded, origin }: DvcSource,
): Promise<SourceOutcome> {
  const resolved = await resolver.resolve(recorded);
  if (resolved.kind === 'found') return { path, file, found: resolved, absent: undefined };
  const from = origin === undefined ? '' : `; it was imported from ${origin}`;
  return { path, file, found: undefined, absent: { recorded, why: `${resolved.why}${from}`, wanted: resolved.wanted } };
}
