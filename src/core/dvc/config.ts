/**
 * `.dvc/config` and `.dvc/config.local` from text: sections, and in them keys with texts. Pure.
 *
 * The format is that of Python's configobj as far as DVC writes it: `[core]`, `['remote "name"']`, `key = value`.
 */

export interface DvcSection {
  /** `core`, `cache`, `remote` … */
  readonly section: string;
  /** Of a remote. */
  readonly name: string | undefined;
  readonly values: ReadonlyMap<string, string>;
}

export function parseDvcConfig(text: string): readonly DvcSection[] {
  const sections: { section: string; name: string | undefined; values: Map<string, string> }[] = [];
  for (const raw of text.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const [, header] = /^\[(.*)\]/.exec(line) ?? [];
    if (header !== undefined) {
      const [, section = '', name] = /^(\w+)(?:\s+"(.*)")?$/.exec(unquoted(header.trim())) ?? [];
      sections.push({ section: section.toLowerCase(), name, values: new Map() });
      continue;
    }
    const [, key, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined) sections.at(-1)?.values.set(unquoted(key).toLowerCase(), valueOf(value ?? ''));
  }
  return sections;
}

/** Later files win, key by key. */
export function mergeDvcConfig(files: readonly (readonly DvcSection[])[]): readonly DvcSection[] {
  const merged = new Map<string, DvcSection>();
  for (const { section, name, values } of files.flat()) {
    const key = JSON.stringify([section, name]);
    merged.set(key, { section, name, values: new Map([...(merged.get(key)?.values ?? []), ...values]) });
  }
  return [...merged.values()];
}

const unquoted = (text: string): string => text.replace(/^'(.*)'$/, '$1').replace(/^"(.*)"$/, '$1');

/** A comment after a value begins with ` #`. */
const valueOf = (text: string): string =>
  unquoted((/^(['"]).*\1/.test(text) ? text : text.replace(/\s+#.*$/, '')).trim());
