/** Models, their versions and their figures as zod schemas, for the API document. */
import { z } from 'zod';
import { VERSION_STATUSES } from '../core/registry.ts';

export const modelQuerySchema = z.object({
  model: z.string().optional().meta({ description: 'By default the first of pipeline.yaml' }),
});

export const modelStatsSchema = z
  .object({
    model_loaded: z.boolean(),
    total_predictions: z.int().meta({ description: 'Ever; restarts and retention do not change it' }),
    model_name: z.string(),
    model_version: z.string().nullable(),
    framework: z.string().nullable(),
  })
  .meta({ id: 'ModelStats' });

const figure = z.number().nullable();

export const modelMetricsSchema = z
  .object({
    accuracy: figure,
    precision: figure,
    recall: figure,
    f1_score: figure,
    roc_auc: figure,
    n: z.int().nullable().meta({ description: 'Rows of the holdout' }),
    threshold: z.number(),
    model: z.string(),
    model_version: z.string(),
    evaluated_at: z.string().nullable(),
    live: z.object({ n: z.int(), accuracy: figure }),
  })
  .meta({ id: 'ModelMetrics' });

const inputSchema = z.object({
  name: z.string(),
  type: z.enum(['integer', 'number']),
  unit: z.string().optional(),
  codes: z.array(z.number()).optional(),
  range: z.array(z.number()).optional(),
  nullable: z.boolean(),
});

const model = {
  name: z.string(),
  loaded: z.boolean(),
  degraded: z.boolean().meta({ description: 'What is served is not what the registry says' }),
  kind: z.enum(['table', 'text']).nullable(),
  version: z.string().nullable(),
  label: z.string().nullable(),
  framework: z.string().nullable(),
  threshold: z.number().nullable(),
  inputs: z.array(inputSchema).nullable(),
};

export const modelListSchema = z
  .object({ items: z.array(z.object(model)), next_cursor: z.null() })
  .meta({ id: 'ModelList' });

const versionSchema = z.object({
  version: z.string(),
  sha: z.string(),
  status: z.enum(VERSION_STATUSES),
  label: z.string().nullable(),
  kind: z.string().nullable(),
  created: z.string().nullable(),
  metrics: z.record(z.string(), z.unknown()).nullable(),
});

export const modelDetailSchema = z
  .object({
    ...model,
    production: z.int().nullable(),
    previous: z.int().nullable(),
    pinned: z.boolean(),
    versions: z.array(versionSchema),
  })
  .meta({ id: 'Model' });

export const modelActRequestSchema = z
  .strictObject({
    model: z.string().optional().meta({ description: 'By default the first of pipeline.yaml' }),
    version: z.string().min(1).optional().meta({ description: 'A number, `n-sha12`, previous, latest, or a label' }),
    reason: z.string().max(500).optional().meta({ description: 'Kept in the audit' }),
    force: z.boolean().optional().meta({ description: 'Promote against the gate, a person or a pin' }),
  })
  .meta({ id: 'ModelActRequest' });

export const modelActSchema = z
  .object({ model: z.string(), production: z.int().nullable(), previous: z.int().nullable(), pinned: z.boolean() })
  .meta({ id: 'ModelAct' });
