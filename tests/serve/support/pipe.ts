/** The command line from source, as `bin/pipe.js` starts it. */
import { runProcess } from '../../../src/cli/main.ts';

runProcess();
