/** The history's answers and the body of feedback as zod schemas. */
import { z } from 'zod';
import { TEXT_CLASSES } from './prediction.ts';

const answer = z.union([z.int(), z.enum(TEXT_CLASSES)]);

const feedback = z.object({ outcome: answer, correct: z.boolean(), timestamp: z.string() });

export const keptPredictionSchema = z
  .object({
    id: z.string(),
    user: z.string(),
    input: z.record(z.string(), z.unknown()).meta({ description: 'As it was asked' }),
    prediction: answer.nullable().meta({ description: 'null: a job, whose rows stand in its file' }),
    probability: z.number().optional().meta({ description: 'Of class 1' }),
    confidence: z.number().optional().meta({ description: 'Of texts: probability of what was predicted' }),
    model: z.string(),
    model_version: z.string(),
    timestamp: z.string(),
    feedback: feedback.nullable(),
  })
  .meta({ id: 'KeptPrediction' });

export const historySchema = z
  .object({
    items: z.array(keptPredictionSchema),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Go on here until it is null: with a filter, a page may be short or empty before that' }),
  })
  .meta({ id: 'History' });

export const feedbackRequestSchema = z
  .strictObject({ outcome: z.union([z.literal(0), z.literal(1), z.enum(TEXT_CLASSES)]) })
  .meta({ id: 'FeedbackRequest' });

export const feedbackSchema = z
  .object({ id: z.string(), outcome: answer, correct: z.boolean(), timestamp: z.string() })
  .meta({ id: 'Feedback' });
