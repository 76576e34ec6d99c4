/**
 * Under which name a dep stands among a stage's inputs, in its lock entry and in reasons.
 *
 * A file is named by its path. No path has `//` in it (`core/root-path`), so what is not a file can never
 * be mistaken for one: `https://host/x.csv`, `run://node --version`.
 */
const RUN = 'run://';

export const commandName = (script: string): string => `${RUN}${script}`;

/** For people: a path or an address as it is, a command in quotes. */
export function renderDepName(name: string): string {
  return name.startsWith(RUN)
    ? `\`${name
        .slice(RUN.length)
        .trim()
        .replaceAll(/\s*\n\s*/g, '; ')}\``
    : name;
}
