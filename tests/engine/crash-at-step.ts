/** Runs a repro and kills itself at a step. Arguments: root, step, stage (empty: never). */
import { repro } from '../../src/engine/repro.ts';

const [, , cwd = '', step, stage] = process.argv;
const { ok } = await repro({
  cwd,
  atStep: (at, of) => {
    if (at === step && of === stage) process.kill(process.pid, 'SIGKILL');
  },
});
process.exit(ok ? 0 : 1);
