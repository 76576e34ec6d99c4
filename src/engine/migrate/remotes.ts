/**
 * The remotes of a DVC repository: which of them are folders, which are web servers that can be asked, and
 * what keeps the others from being read here.
 */
import { fileURLToPath } from 'node:url';
import type { DvcSection } from '../../core/dvc/config.ts';
import type { WebRemote } from '../../store/dvc/dvc-download.ts';

export interface DvcRemote {
  readonly name: string;
  /** Absolute, or an address. */
  readonly url: string;
  readonly isDefault: boolean;
  readonly access:
    | { readonly kind: 'folder'; readonly path: string }
    | { readonly kind: 'web'; readonly remote: WebRemote }
    /** `why` goes on a sentence that begins with the remote. */
    | { readonly kind: 'none'; readonly why: string };
}

/** The default first: it is where data is likeliest to be. */
export function remotesIn(config: readonly DvcSection[]): readonly DvcRemote[] {
  const preferred = config.find(({ section }) => section === 'core')?.values.get('remote');
  const remotes = config.flatMap(({ section, name, values }): readonly DvcRemote[] => {
    const url = values.get('url');
    if (section !== 'remote' || name === undefined || url === undefined) return [];
    return [
      {
        name,
        url: resolveUrl(config, url),
        isDefault: name === preferred,
        access: accessTo(resolveUrl(config, url), values),
      },
    ];
  });
  return remotes.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}

/** `remote://other/path` is a path in another remote. */
function resolveUrl(config: readonly DvcSection[], url: string): string {
  const [, name, path = ''] = /^remote:\/\/([^/]+)(\/.*)?$/.exec(url) ?? [];
  const base = config.find((section) => section.section === 'remote' && section.name === name)?.values.get('url');
  return base === undefined || base.startsWith('remote://') ? url : `${base.replace(/\/+$/, '')}${path}`;
}

function accessTo(url: string, values: ReadonlyMap<string, string>): DvcRemote['access'] {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url) ?? [];
  if (scheme === undefined) return { kind: 'folder', path: url };
  if (scheme === 'file' || scheme === 'local')
    return { kind: 'folder', path: fileURLToPath(url.replace(/^local:/, 'file:')) };
  if (/^https?$/i.test(scheme)) return { kind: 'web', remote: { url, headers: headersOf(values) } };
  return {
    kind: 'none',
    why: `is an address (${scheme}://) that migrate does not read: \`dvc fetch\` brings its data into the cache of DVC, where it does`,
  };
}

function headersOf(values: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const [user, password, custom] = [values.get('user'), values.get('password'), values.get('custom_auth_header')];
  if (password === undefined) return {};
  if (values.get('auth') === 'custom' && custom !== undefined) return { [custom]: password };
  return { authorization: `Basic ${Buffer.from(`${user ?? ''}:${password}`).toString('base64')}` };
}
