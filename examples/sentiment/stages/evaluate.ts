/**
 * Stage 4: how good the candidate is on the holdout, and whether it becomes the production model: the
 * gate, the registry and the report of every pipeline (docs/promotion.md), here on texts.
 */
import { ok } from '../../../src/lib/result.ts';
import { runEvaluate } from '../../../stages/evaluation/program.ts';
import { TEXT } from './sentiment/review.ts';
import { describeReviews } from './sentiment/subject.ts';
import { readLabelledTexts } from './sentiment/text-data.ts';

await runEvaluate({
  registry: 'artifacts/models/sentiment',
  readRows: async () => {
    const data = await readLabelledTexts('test');
    return data.ok ? ok({ ...data.value, columns: [TEXT] }) : data;
  },
  describe: describeReviews,
});
