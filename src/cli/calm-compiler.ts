/**
 * Tells V8 to compile for speed only what is really hot. Its compiler works on other cores, which a run of many small
 * stages wants for their commands: there it took a sixth of all the time (docs/design-notes.md).
 *
 * Apart, so that a run in which everything is fresh does not load it. Only where it was measured: later versions have
 * a quick compiler in between, and the setting is called otherwise.
 */
import { setFlagsFromString } from 'node:v8';

/** Some fifteen times what V8 11 has: a loop over a few thousand files is still compiled. */
const BUDGET = 1_000_000;

export function calmCompiler(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
