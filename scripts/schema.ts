/** schema/pipeline.schema.json from the program's own schema: `npx tsx scripts/schema.ts`. A test holds the file to it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipelineJsonSchema } from '../src/core/pipeline-json-schema.ts';

const FILE = join(import.meta.dirname, '..', 'schema', 'pipeline.schema.json');

writeFileSync(FILE, `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
