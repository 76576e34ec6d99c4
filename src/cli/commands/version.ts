/** `pipe version`: ours, and that of what we run on. */
import type { CommandModule } from '../command.ts';
import { toPrettyJson } from '../json.ts';
import { VERSION } from '../manifest.ts';

export const version: CommandModule = {
  define: (command, { globals, print }) => {
    command.addHelpText('after', '\nExamples:\n  pipe version\n  pipe version --json').action(() => {
      const { platform, arch, version: node } = process;
      print(
        globals.json
          ? toPrettyJson({ pipe: VERSION, node, platform, arch })
          : `pipe ${VERSION} (node ${node}, ${platform} ${arch})`,
      );
    });
  },
};
