/**
 * A workspace for being killed in: files, a folder, a state that goes on, something downstream, and a
 * place for what people write by hand. Knows nothing of when it is killed.
 *
 * Every command takes some dozen milliseconds and writes in pieces, so that a kill finds half a file. What
 * they make follows from `in.txt` alone, so that a twin that is never disturbed ends in the same bytes.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PIPELINE = `stages:
  files:
    cmd: |
      for n in 1 2 3 4 5 6; do cat in.txt >> a.txt; echo $n >> a.txt; sleep 0.005; done
      cat in.txt > m.json
    deps: [in.txt]
    outs: [a.txt]
    metrics: [m.json: {cache: false}]
  folder:
    cmd: |
      mkdir -p dir/deep
      for n in 1 2 3 4 5 6 7 8; do cat in.txt > dir/$n.csv; cp dir/$n.csv dir/deep/$n; sleep 0.004; done
      printf '#!/bin/sh\\n' > dir/run.sh; chmod +x dir/run.sh; ln -s 1.csv dir/link
    deps: [in.txt]
    outs: [dir]
  grow:
    cmd: |
      touch state; cat in.txt state | sort -u > state.next; sleep 0.02; mv state.next state
    deps: [in.txt]
    outs: [state: {persist: true}]
  use:
    cmd: cat a.txt > used.txt; sleep 0.02; cat dir/deep/* dir/run.sh m.json >> used.txt
    deps: [a.txt, dir, m.json]
    outs: [used.txt]
`;

/** Outs that a run replaces when somebody has edited them. */
const REPLACED = ['a.txt', 'dir/3.csv', 'used.txt', 'm.json'] as const;

export interface KillWorkspace {
  readonly root: string;
  readonly write: (path: string, text: string) => void;
  readonly remove: (path: string) => void;
}

export function createKillWorkspace(): KillWorkspace {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pipe kill ')));
  const write = (path: string, text: string) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) chmodSync(file, 0o644);
    writeFileSync(file, text);
  };
  write('pipeline.yaml', PIPELINE);
  return { root, write, remove: (path) => rmSync(join(root, path), { recursive: true, force: true }) };
}

/** Edits one of the outs by hand, or puts a file beside them in the folder; the text can be found again. */
export function editByHand({ write }: KillWorkspace, choice: number, mark: string): void {
  const path = [...REPLACED, 'dir/mine'][choice % (REPLACED.length + 1)] ?? 'dir/mine';
  write(path, `edited by hand: ${mark}\n`);
}

/** All that people and git see: path -> mode and text. Of a lock entry without what a state was before, which a second attempt may change. */
export function contentOf({ root }: KillWorkspace): Readonly<Record<string, string>> {
  return Object.fromEntries(
    filesBelow(root, (path) => path === '.pipe').map((path) => [path, describe(root, path)] as const),
  );
}

function describe(root: string, path: string): string {
  const stat = lstatSync(join(root, path));
  if (stat.isSymbolicLink()) return `link ${readlinkSync(join(root, path))}`;
  const text = readFileSync(join(root, path), 'utf8');
  return `${(stat.mode & 0o777).toString(8)} ${path === 'locks/grow.json' ? text.replace(/"before":(null|\{[^}]*\})|"entry": .*/g, '') : text}`;
}

/** What is not as it should be when nobody is at work any more. */
export function faultsOf(workspace: KillWorkspace, marks: readonly string[]): readonly string[] {
  const { root } = workspace;
  const list = (folder: string) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []);
  const everything = filesBelow(root, (path) => path === '.pipe/cache' || path === '.pipe/logs');
  const temporary = everything.filter((path) => path.includes('.tmp-') && !path.startsWith('.pipe/'));
  const texts = everything.filter((path) => !path.startsWith('.pipe/') || path.startsWith('.pipe/saved/'));
  const found = texts
    .map((path) => (lstatSync(join(root, path)).isFile() ? readFileSync(join(root, path), 'utf8') : ''))
    .join('\n');
  return [
    ...list('.pipe/claims/journal').map((name) => `an open journal: ${name}`),
    ...list('.pipe/aside').map((name) => `something aside: ${name}`),
    ...temporary.map((path) => `half-written: ${path}`),
    ...marks.filter((mark) => !found.includes(mark)).map((mark) => `lost: what was edited by hand, ${mark}`),
    ...brokenObjects(root).map((path) => `a broken object: ${path}`),
    ...processesIn(root).map((pid) => `still running: ${pid}`),
  ];
}

/** Under its final name an object is complete, always. */
function brokenObjects(root: string): readonly string[] {
  const objects = join(root, '.pipe/cache/objects');
  if (!existsSync(objects)) return [];
  return filesBelow(objects, () => false).filter((path) => {
    if (path.includes('.tmp-')) return false;
    return (
      createHash('sha256')
        .update(readFileSync(join(objects, path)))
        .digest('hex') !== path.replace('/', '')
    );
  });
}

/** Of commands and of us: whoever works there. Only where there is /proc. */
function processesIn(root: string): readonly string[] {
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === root;
    } catch {
      return false; // gone meanwhile
    }
  });
}

function filesBelow(root: string, isLeftOut: (path: string) => boolean, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (isLeftOut(path)) return [];
    return entry.isDirectory() ? filesBelow(root, isLeftOut, path) : [path];
  });
}
