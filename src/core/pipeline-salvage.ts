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

/** What is wrong is left out, or stood in for; `cmd` must be there. */
function salvageStage(data: unknown, name: string): StageShape {
  const members = soundMembers(stageSchema.shape, membersOf(data), (key, at) => standIn(name, key, at));
  const parsed = stageSchema.safeParse({ cmd: PLACEHOLDER, ...members });
  return parsed.success ? parsed.data : { cmd: PLACEHOLDER };
}

/** For the nth entry of a list: the others keep their places. */
type StandIn = (key: string, at: number) => unknown;

function soundMembers(
  shape: Readonly<Record<string, z.ZodType>>,
  members: Readonly<Record<string, unknown>>,
  standIn: StandIn = () => undefined,
): Readonly<Record<string, unknown>> {
  const sound = Object.entries(shape).flatMap(([key, schema]) => {
    const value = soundPart(schema, members[key], (at) => standIn(key, at));
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(sound);
}

/** Undefined: nothing of it can be used. */
function soundPart(schema: z.ZodType, value: unknown, standIn: (at: number) => unknown): unknown {
  const isSound = (candidate: unknown): boolean => schema.safeParse(candidate).success;
  const part = isSound(value)
    ? value
    : Array.isArray(value)
      ? value.map((entry: unknown, at) => (isSound([entry]) ? entry : standIn(at)))
      : Object.fromEntries(Object.entries(membersOf(value)).filter(([key, member]) => isSound({ [key]: member })));
  const parsed = schema.safeParse(part);
  return parsed.success ? parsed.data : undefined;
}

const PLACEHOLDER = 'true';

/** Nothing that anybody else could name, and no path where a path would be looked for. */
function standIn(stage: string, key: string, at: number): unknown {
  if (key === 'deps') return { run: PLACEHOLDER };
  if (key === 'params' || key === 'env' || key === 'pass_env') return `unreadable_${at}`;
  return `unreadable/${encodeURIComponent(stage)}/${key}/${at}`;
}

function mapMembers<T>(data: unknown, map: (member: unknown, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(membersOf(data)).map(([name, member]) => [name, map(member, name)]));
}

function membersOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : {};
}
