/** Takes and gives back a claim many times; between the two it must be alone. Arguments: root, name, rounds. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClaimTable } from '../../src/store/claims.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { identityOf } from '../../src/store/process-identity.ts';

const [, , root = '', name = '', rounds = '0'] = process.argv;
const holder = identityOf(process.pid);
if (holder === undefined) throw new Error('no identity');
const claims = createClaimTable(layoutOf(root));
for (let round = 0; round < Number(rounds); round += 1) {
  const claim = { id: `${name}-${round}`, stage: name, run: 'r', holder, since: '', writes: ['out'], reads: [] };
  while (claims.tryClaim(claim).blockedBy !== undefined) await sleep(1);
  appendFileSync(join(root, 'journal.txt'), `+${name}\n`);
  if (round % 3 === 0) await sleep(1);
  appendFileSync(join(root, 'journal.txt'), `-${name}\n`);
  claims.release(claim.id);
}
