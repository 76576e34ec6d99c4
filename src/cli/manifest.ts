/** What package.json says about us; the bundler puts it into the program. */
import manifest from '../../package.json' with { type: 'json' };

export const VERSION: string = manifest.version;
