/**
 * What can be read of a pipeline.yaml whose shape is wrong somewhere, so that the rest of it
 * is checked in the same go: nobody wants to hear of the second mistake after mending the first.
 *
 * Invariant: adds no problem of its own; the result is only ever used to find more of them.
 */
import type { z } from 'zod';
import { modelSchema, pipelineSchema, type PipelineShape, type StageShape, stageSchema } from './pipeline-schema.ts';

export function salvage(data: unknown): PipelineShape {
  const { stages, models, ...rest } = membersOf(data);
  return {
    ...soundMembers(pipelineSchema.shape, rest),
    stages: mapMembers(stages, salvageStage),
    models: Object.fromEntries(
      Object.entries(membersOf(models)).flatMap(([name, model]) => {
        const parsed = modelSchema.safeParse(model);
        return parsed.success ? [[name, parsed.data]] : [];
      }),
    ),
  };
}

/** Keys whose values are wrong are left out; `cmd` must be there. */
function salvageStage(data: unknown): StageShape {
  const parsed = stageSchema.safeParse({ cmd: PLACEHOLDER, ...soundMembers(stageSchema.shape, membersOf(data)) });
  return parsed.success ? parsed.data : { cmd: PLACEHOLDER };
}

function soundMembers(
  shape: Readonly<Record<string, z.ZodType>>,
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const sound = Object.entries(shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(members[key]);
    return parsed.success && parsed.data !== undefined ? [[key, parsed.data] as const] : [];
  });
  return Object.fromEntries(sound);
}

const PLACEHOLDER = 'true';

function mapMembers<T>(data: unknown, map: (member: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(membersOf(data)).map(([name, member]) => [name, map(member)]));
}

function membersOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : {};
}
