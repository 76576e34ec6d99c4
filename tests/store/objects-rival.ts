/** A process that digests and stores one folder of a workspace as soon as it is told to. Run by objects.test.ts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { digestAt, digesterAt, storeAt } from './content-fixture.ts';

const [root = '', path = ''] = process.argv.slice(2);
const digester = digesterAt(root);
const content = await digestAt(root, path, digester);
while (!existsSync(join(root, 'go'))) await new Promise(setImmediate);
const stored = await storeAt(root, digester).store(path, content);
process.stdout.write(JSON.stringify({ stored, content }));
