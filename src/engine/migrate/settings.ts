/**
 * What becomes of `.dvc/config`: how files come out of the cache is carried over, remotes are named, and of
 * everything else it is said what pipe does instead. Values that may be secret are never repeated.
 */
import { stringify } from 'yaml';
import type { DvcSection } from '../../core/dvc/config.ts';
import type { Note } from '../../core/dvc/note.ts';
import { LINK_KINDS, type LinkKind } from '../../core/cache-config.ts';
import type { DvcProject } from './read.ts';
import { type DvcRemote, KNOWN_KEYS, VERSIONED_KEYS } from './remotes.ts';

export interface Settings {
  /** Of a `.pipe/config.yaml`; undefined: the defaults do. */
  readonly configText: string | undefined;
  readonly notes: readonly Note[];
}

/** The committed file sets what all share; a local one only differs on one machine. */
export function settingsOf({ configFiles }: DvcProject, remotes: readonly DvcRemote[]): Settings {
  const notes: Note[] = [];
  const cache: string[] = [];
  for (const { file, sections } of configFiles) {
    for (const section of sections) {
      const link = section.section === 'cache' ? linkKinds(section) : undefined;
      if (file === '.dvc/config') cache.push(...cacheLines(section, link));
      else if (link !== undefined) notes.push(told(file, 'cache.type', ofThisMachine(link)));
      notes.push(...[...section.values.keys()].flatMap((key) => noteOn(file, section, key)));
    }
  }
  const text = `${cache.length === 0 ? '' : `cache:\n${cache.join('')}`}${remoteLines(remotes)}`;
  return { configText: text === '' ? undefined : text, notes };
}

const ofThisMachine = (link: readonly LinkKind[]): string =>
  `is of this machine: write \`cache: {link: [${link.join(', ')}]}\` into .pipe/config.local.yaml`;

/** As `pipe remote add` would write them. */
function remoteLines(remotes: readonly DvcRemote[]): string {
  const carried = remotes.filter((remote) => remote.carried !== undefined);
  if (carried.length === 0) return '';
  const usual = carried.find(({ isDefault }) => isDefault);
  const table = Object.fromEntries(carried.map(({ name, carried: settings }) => [name, settings]));
  return stringify({ ...(usual !== undefined && { remote: usual.name }), remotes: table });
}

function linkKinds({ values }: DvcSection): readonly LinkKind[] | undefined {
  const kinds = (values.get('type') ?? '').split(',').map((kind) => kind.trim().replace(/^['"]|['"]$/g, ''));
  const known = LINK_KINDS.filter((kind) => kinds.includes(kind));
  return known.length === 0 ? undefined : kinds.flatMap((kind) => known.find((one) => one === kind) ?? []);
}

function cacheLines({ section, values }: DvcSection, link: readonly LinkKind[] | undefined): readonly string[] {
  if (section !== 'cache') return [];
  return [
    ...(link === undefined ? [] : [`  link: [${link.join(', ')}]\n`]),
    ...(values.get('shared') === 'group' ? ['  shared: true\n'] : []),
  ];
}

function noteOn(file: string, { section, name }: DvcSection, key: string): readonly Note[] {
  const full = `${section}.${key}`;
  if (CARRIED.has(full)) return [];
  if (section === 'remote' && SECRET_KEYS.includes(key))
    return [
      told(
        file,
        `remote.${name}.${key}`,
        'was used for reading; for a remote of pipe it belongs in .pipe/config.local.yaml, or in the environment',
      ),
    ];
  if (section === 'remote' && KNOWN_KEYS.includes(key)) return [];
  if (section === 'remote' && VERSIONED_KEYS.includes(key)) return [told(file, `remote.${name}.${key}`, VERSIONED)];
  if (section === 'remote')
    return key === 'url'
      ? []
      : [
          told(
            file,
            `remote.${name}.${key}`,
            'belongs to the remote of DVC: say it anew for a remote of pipe, if that needs it',
          ),
        ];
  return [told(file, full, MEANINGS[full] ?? MEANINGS[section] ?? 'has no counterpart')];
}

const told = (file: string, path: string, message: string): Note => ({ kind: 'lost', file, path, message });

const VERSIONED =
  'means that files lie there under their own names: those that are still as they were recorded were read there; `dvc fetch` brings earlier versions';

const SECRET_KEYS = ['access_key_id', 'secret_access_key', 'session_token', 'password', 'token'];

const CARRIED = new Set(['cache.type', 'cache.shared', 'core.remote']);

const MEANINGS: Readonly<Record<string, string>> = {
  'core.autostage': 'pipe never stages anything for git: the report names what to add',
  'core.analytics': 'pipe sends nothing anywhere',
  'core.check_update': 'pipe sends nothing anywhere',
  'core.checksum_jobs': 'is not needed: digests are kept, and read again only where something moved',
  'core.hardlink_lock': 'is not needed: claims of pipe are hard links on every file system',
  'core.no_scm': 'is not needed: pipe works with git and without',
  'core.interactive': 'pipe never asks',
  'exp.auto_push': '`pipe exp push` sends experiments when they are to be sent',
  'exp.code_dir': 'is not needed: an experiment has all files that git knows',
  exp: 'has no counterpart: `pipe exp run` says what it needs',
  hydra:
    'pipe composes no Hydra configs: keep the composed values in params.yaml, or compose them in a stage that others read',
  db: 'pipe reads no databases: a stage can, with `{run: …}` as a dep that tells when the data has changed',
  plots: 'pipe draws with templates of its own: `pipe plots show --help`',
  studio: 'belongs to DVC Studio',
  machine: 'pipe starts no machines: an executor is chosen by `pipe repro --executor`',
  state: 'is not needed: digests are kept in .pipe/index',
  index: 'is not needed: digests are kept in .pipe/index',
  feature: 'has no counterpart',
  'cache.dir':
    "is where DVC keeps its own cache, and was read; pipe's is in .pipe/cache, or where cache.dir of .pipe/config.local.yaml says",
  'cache.local': 'is where DVC keeps its own cache, and was read',
  'cache.slow_link_warning': 'is not needed',
  'parsing.bool': 'a mapping in a command becomes `--flag` when true and nothing when false',
  'parsing.list': 'a list in a command becomes `--name a b`',
};
