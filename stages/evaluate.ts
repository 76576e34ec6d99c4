/**
 * Stage 4: how good the candidate is on the holdout, and whether it becomes the production model.
 *
 * Its ordinary outputs follow from candidate and holdout alone. The comparison with the champion and
 * the promotion are state of this deployment (docs/promotion.md), and promotion is the last thing judged.
 */
import { FEATURE_NAMES } from './accidents/features.ts';
import { describeAccidents } from './accidents/subject.ts';
import { runEvaluate } from './evaluation/program.ts';
import { readLabelledRows } from './lib/training-data.ts';

await runEvaluate({
  registry: 'artifacts/models/accidents',
  readRows: () => readLabelledRows('test', FEATURE_NAMES),
  describe: describeAccidents,
});
