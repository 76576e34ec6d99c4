/**
 * The models of a pipeline, each followed in its registry, with everything that requests ask of one.
 * Knows nothing of sockets or databases.
 */
import { join } from 'node:path';
import type { ModelState } from '../core/pipeline.ts';
import { isDigest } from '../lib/digest.ts';
import { openRegistry, readCard, type Registry } from '../store/registry.ts';
import { createLiveModel, type LiveModel } from './live-model.ts';
import { createLoadVersion } from './load-model.ts';
import type { Log } from './log.ts';
import type { ModelThread } from './model-thread.ts';
import type { NamedModel } from './models.ts';
import { createVersionShelf } from './version-shelf.ts';
import { watchFile } from './watch.ts';

const POLL_MS = 500;
/** Versions besides the one in production that stay in memory, a model. */
const KEPT_VERSIONS = 5;

export interface ModelParts {
  readonly root: string;
  readonly models: readonly ModelState[];
  readonly thread: ModelThread;
}

export function startModels({ root, models, thread }: ModelParts, log: Log): readonly (LiveModel & NamedModel)[] {
  return models.map((model) => startModel(openRegistry({ root, model }), thread, log));
}

function startModel(registry: Registry, thread: ModelThread, log: Log): LiveModel & NamedModel {
  const { root, model } = registry;
  const load = createLoadVersion({ root, model, thread });
  const live = createLiveModel({
    name: model.name,
    readRegistry: registry.read,
    load,
    log,
    watch: (onChange) => watchFile(join(root, model.registry, 'registry.json'), onChange),
    pollMs: POLL_MS,
  });
  const versions = createVersionShelf({
    readRegistry: registry.read,
    findLabel(label) {
      const version = registry.readVersion(label);
      return version.ok ? version.value : undefined;
    },
    load,
    capacity: KEPT_VERSIONS,
  });
  return {
    ...live,
    versions,
    registry,
    act: (act) => thread.act({ root, model, act }),
    readCard: ({ version, sha }) => (isDigest(sha) ? readCard(registry, { n: Number(version), sha }) : undefined),
  };
}
