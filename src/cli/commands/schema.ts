/** `pipe schema`: the JSON schema of pipeline.yaml, for editors and other programs. */
import type { CommandModule } from '../command.ts';
import { toPrettyJson } from '../json.ts';

const EXAMPLES = `
An editor with a YAML language server checks, completes and explains pipeline.yaml when
its first line is

  # yaml-language-server: $schema=./node_modules/reprod/schema/pipeline.schema.json

Examples:
  pipe schema > pipeline.schema.json`;

export const schema: CommandModule = {
  define: (command, { print }) => {
    command.addHelpText('after', EXAMPLES).action(async () => {
      const { pipelineJsonSchema } = await import('../../core/pipeline-json-schema.ts');
      print(toPrettyJson(pipelineJsonSchema()));
    });
  },
};
