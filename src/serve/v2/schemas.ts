/** The Open Inference Protocol's questions and answers as zod schemas, for the API document. */
import { z } from 'zod';
import { DATATYPES } from './tensor.ts';

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const v2ErrorSchema = z
  .object({ error: z.string(), detail: z.unknown(), code: z.string(), request_id: z.string() })
  .meta({ id: 'V2Error', description: 'Every error under /v2 has this shape.' });

export const v2ServerSchema = z
  .object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) })
  .meta({ id: 'V2Server' });

export const v2LiveSchema = z.object({ live: z.literal(true) }).meta({ id: 'V2Live' });
export const v2ReadySchema = z.object({ ready: z.literal(true) }).meta({ id: 'V2Ready' });
export const v2ModelsSchema = z.object({ models: z.array(z.string()) }).meta({ id: 'V2Models' });
export const v2ModelReadySchema = z.object({ name: z.string(), ready: z.literal(true) }).meta({ id: 'V2ModelReady' });

const tensorSpec = z.object({ name: z.string(), datatype: z.enum(DATATYPES), shape: z.array(z.int()) });

export const v2ModelSchema = z
  .object({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.string(),
    inputs: z.array(tensorSpec),
    outputs: z.array(tensorSpec),
  })
  .meta({ id: 'V2Model' });

const configTensor = z.object({ name: z.string(), data_type: z.string(), dims: z.array(z.int()) });

export const v2ConfigSchema = z
  .object({
    name: z.string(),
    platform: z.string(),
    backend: z.string(),
    max_batch_size: z.literal(0),
    input: z.array(configTensor),
    output: z.array(configTensor),
  })
  .meta({ id: 'V2Config' });

const duration = z.object({ count: z.int(), ns: z.int() });

export const v2StatsSchema = z
  .object({
    model_stats: z.array(
      z.object({
        name: z.string(),
        version: z.string(),
        last_inference: z.int(),
        inference_count: z.int(),
        execution_count: z.int(),
        inference_stats: z.object({
          success: duration,
          fail: duration,
          queue: duration,
          compute_input: duration,
          compute_infer: duration,
          compute_output: duration,
        }),
        batch_stats: z.array(z.unknown()),
      }),
    ),
  })
  .meta({ id: 'V2Stats' });

const inputTensor = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  datatype: z.enum(DATATYPES),
  parameters: parameters.optional(),
  data: z.array(z.unknown()).optional(),
});

export const v2InferRequestSchema = z
  .object({
    id: z.string().optional(),
    parameters: parameters.optional(),
    inputs: z.array(inputTensor).min(1),
    outputs: z.array(z.object({ name: z.string(), parameters: parameters.optional() })).optional(),
  })
  .meta({ id: 'V2InferRequest' });

const outputTensor = z.object({
  name: z.string(),
  shape: z.array(z.int()),
  datatype: z.enum(DATATYPES),
  parameters: parameters.optional(),
  data: z.array(z.unknown()).optional(),
});

export const v2InferAnswerSchema = z
  .object({ model_name: z.string(), model_version: z.string(), id: z.string(), outputs: z.array(outputTensor) })
  .meta({ id: 'V2InferAnswer' });

export const v2IndexRequestSchema = z.object({ ready: z.boolean().optional() }).meta({ id: 'V2IndexRequest' });

export const v2IndexSchema = z
  .array(
    z.object({ name: z.string(), version: z.string(), state: z.enum(['READY', 'UNAVAILABLE']), reason: z.string() }),
  )
  .meta({ id: 'V2Index' });

export const v2LoadRequestSchema = z.object({ parameters: parameters.optional() }).meta({ id: 'V2LoadRequest' });

export const v2LoadSchema = z.object({ name: z.string(), load: z.boolean() }).meta({ id: 'V2Load' });
