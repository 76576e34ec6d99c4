/**
 * The JSON schema of pipeline.yaml, for editors, made from the schema that the program itself reads with.
 *
 * Editors see the file as it is written: with `vars`, groups, and `${…}` where a number or a list will be.
 * Draft 7 is what they all know.
 */
import { z } from 'zod';
import type { Json } from '../lib/canonical-json.ts';
import { pipelineSchema, stageSchema } from './pipeline-schema.ts';

const vars = z
  .array(z.union([z.string(), z.record(z.string(), z.unknown())]))
  .optional()
  .describe('what `${…}` may name besides params.yaml: files (`other.yaml`, `other.json:key1,key2`) and mappings');

const plainStage = stageSchema.extend({ vars });
const matrixStage = plainStage.extend({
  matrix: z
    .union([z.record(z.string(), z.array(z.unknown())), z.string()])
    .optional()
    .describe('one stage for each combination: train@gbdt-3; ${item.axis} and ${key} are its values'),
});
const foreachStages = z.strictObject({
  foreach: z
    .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
    .describe('one stage for each member: stage@member; ${item} and ${key} are its values'),
  do: plainStage.describe('the stage, with ${item} and ${key} in it'),
});

const writtenSchema = pipelineSchema.extend({
  vars,
  stages: z
    .record(z.string(), z.union([matrixStage, foreachStages]))
    .nullable()
    .describe('what is run, by name'),
});

export function pipelineJsonSchema(): Json {
  const schema = z.toJSONSchema(writtenSchema, {
    target: 'draft-7',
    io: 'input',
    reused: 'ref',
    override: ({ jsonSchema }) => allowTemplate(jsonSchema),
  });
  const json: Json = JSON.parse(JSON.stringify({ ...schema, title: 'pipeline.yaml' }));
  return json;
}

/** What is no text may be a template by itself, which keeps its type. */
function allowTemplate(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.type !== 'boolean' && schema.type !== 'number' && schema.type !== 'array') return;
  const { description, ...own } = schema;
  for (const key of Object.keys(own)) delete schema[key];
  schema.anyOf = [own, { type: 'string', pattern: '\\$\\{' }];
  if (description !== undefined) schema.description = description;
}
