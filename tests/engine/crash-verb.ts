/** Runs a verb that moves files and kills itself at a step. Arguments: root, verb, step (empty: never). What `move` moves is called `given`. */
import { checkout } from '../../src/engine/checkout.ts';
import { clean } from '../../src/engine/clean.ts';
import { move } from '../../src/engine/move.ts';

const [, , cwd = '', verb, step] = process.argv;
const options = {
  cwd,
  atStep: (at: string) => {
    if (at === step) process.kill(process.pid, 'SIGKILL');
  },
};
const { ok } =
  verb === 'clean'
    ? await clean(options)
    : verb === 'move'
      ? await move({ ...options, from: 'given', to: 'moved' })
      : await checkout(options);
process.exit(ok ? 0 : 1);
