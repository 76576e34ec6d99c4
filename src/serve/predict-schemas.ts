/**
 * Questions and answers of the predicting routes as zod schemas, for the API document; the routes check
 * by hand, and a property test holds the two together.
 */
import { z } from 'zod';
import type { InputSpec } from '../ml/model.ts';
import { MAX_BATCH } from './batch-body.ts';
import type { DocumentFacts } from './endpoint.ts';
import { SELECTOR } from './predict-query.ts';
import { TEXT_CLASSES } from './prediction.ts';
import { MAX_TEXT_LENGTH } from './text-body.ts';

export const predictQuerySchema = z.object({
  model: z.string().optional().meta({ description: 'Which model; by default the first that answers such a body' }),
  model_version: z
    .string()
    .regex(SELECTOR)
    .optional()
    .meta({ description: 'A number, `n-sha12`, production, previous, latest, or a label with a dot' }),
  explain: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'Also say what each input, or each word of a text, adds to the answer.' }),
});

export const jobQuerySchema = predictQuerySchema.omit({ explain: true });

const warningSchema = z.object({ type: z.string(), loc: z.array(z.union([z.string(), z.number()])), msg: z.string() });

const identity = {
  model: z.string().meta({ example: 'accidents' }),
  model_version: z.string().meta({ example: '3' }),
  id: z.string(),
  timestamp: z.string(),
};

const predictionSchema = z
  .object({
    prediction: z.int().meta({ example: 1 }),
    probability: z.number().meta({ description: 'Of class 1', example: 0.83 }),
    ...identity,
    warnings: z.array(warningSchema).optional().meta({ description: 'Values that training hardly saw' }),
    base: z.number().optional().meta({
      description: 'With explain=true: what the model answers before it looks at any input',
    }),
    contributions: z.record(z.string(), z.number()).optional().meta({
      description:
        'With explain=true: what each input adds to the base. The sum is the log-odds of class 1, of a random forest its probability.',
    }),
  })
  .meta({ id: 'Prediction' });

const textPredictionSchema = z
  .object({
    text: z.string(),
    prediction: z.enum(TEXT_CLASSES),
    confidence: z.number().meta({ description: 'Probability of what is predicted', example: 0.97 }),
    ...identity,
    base: z.number().optional().meta({
      description: 'With explain=true: the log-odds of "positive" of a text without a known word',
    }),
    contributions: z.record(z.string(), z.number()).optional().meta({
      description:
        'With explain=true: what each known term of the text adds to the base. The sum is the log-odds of "positive".',
    }),
  })
  .meta({ id: 'TextPrediction' });

export const predictionAnswerSchema = z.union([predictionSchema, textPredictionSchema]);

export const batchAnswerSchema = z
  .object({
    results: z.array(predictionAnswerSchema),
    total_count: z.int(),
    processing_time_ms: z.number(),
  })
  .meta({ id: 'BatchAnswer' });

/** `parsePredictBody` does the same by hand. */
export function predictSchema(inputs: readonly InputSpec[]) {
  return z.union([
    z.strictObject({ features: featuresSchema(inputs) }),
    z.strictObject({ record: recordSchema(inputs) }),
  ]);
}

const featuresSchema = ({ length }: readonly InputSpec[]) => z.array(z.number()).min(length).max(length);

function recordSchema(inputs: readonly InputSpec[]) {
  const value = ({ nullable }: InputSpec) => (nullable ? z.number().nullable() : z.number());
  return z.strictObject(Object.fromEntries(inputs.map((input) => [input.name, describeInput(value(input), input)])));
}

/** Before there is a model nothing is known of its inputs. */
const anyFeatures = z.array(z.number());
const anyRecord = z.record(z.string(), z.number().nullable());
const textSchema = z.string().min(1).max(MAX_TEXT_LENGTH).meta({ example: 'This movie was absolutely fantastic!' });

export function questionSchema({ inputs }: DocumentFacts) {
  return z.union([
    ...(inputs === undefined
      ? [z.strictObject({ features: anyFeatures }), z.strictObject({ record: anyRecord })]
      : [predictSchema(inputs)]),
    z.strictObject({ text: textSchema }),
  ]);
}

export function batchSchema({ inputs }: DocumentFacts) {
  const some = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(MAX_BATCH);
  return z.union([
    z.strictObject({ features: some(inputs === undefined ? anyFeatures : featuresSchema(inputs)) }),
    z.strictObject({ records: some(inputs === undefined ? anyRecord : recordSchema(inputs)) }),
    z.strictObject({ texts: some(textSchema) }),
  ]);
}

export const exampleQuestion = ({ inputs }: DocumentFacts): { readonly example?: unknown } =>
  inputs === undefined ? {} : { example: { features: usualRow(inputs) } };

export const exampleBatch = ({ inputs }: DocumentFacts): { readonly example?: unknown } =>
  inputs === undefined ? {} : { example: { features: [usualRow(inputs), usualRow(inputs)] } };

/** A usual value of each input. */
const usualRow = (inputs: readonly InputSpec[]): readonly number[] =>
  inputs.map(({ codes, range }) => codes?.[0] ?? range?.[0] ?? 0);

function describeInput<T extends z.ZodType>(schema: T, { unit, codes, range }: InputSpec): T {
  const usual = codes === undefined ? range && `usually ${range[0]} to ${range[1]}` : `codes ${shorten(codes)}`;
  const description = [usual, unit].filter((part) => part !== undefined).join(', ');
  return description === '' ? schema : schema.meta({ description });
}

const shorten = (codes: readonly number[]): string =>
  codes.length > 20 ? `${codes.slice(0, 20).join(', ')} …` : codes.join(', ');
