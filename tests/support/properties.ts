/**
 * fast-check with a seed that does not change: a run on one machine says what it says on any other.
 * `FC_SEED=random npm test` looks further, and a failure tells the seed it was found with.
 */
import fc from 'fast-check';

const asked = process.env['FC_SEED'] ?? '20261124';

if (asked !== 'random') fc.configureGlobal({ seed: Number(asked) });

export { fc };
