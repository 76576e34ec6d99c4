/**
 * All models that are served, in the order of pipeline.yaml, and which of them a request means. Knows
 * nothing of HTTP but the refusals.
 */
import { err, ok, type Result } from '../lib/result.ts';
import type { VersionCard } from '../core/registry-card.ts';
import type { Registry } from '../store/registry.ts';
import type { Problem } from './answer.ts';
import type { LiveModel } from './live-model.ts';
import type { ModelAct, ModelActOutcome } from './model-act.ts';
import { noModel, unknownModel, unknownVersion } from './problems.ts';
import type { ServedModel } from './served-model.ts';
import type { VersionShelf } from './version-shelf.ts';

export interface NamedModel extends Pick<LiveModel, 'name' | 'current' | 'problem' | 'refresh' | 'load' | 'unload'> {
  readonly versions: VersionShelf;
  readonly registry: Registry;
  /** What a person decided, done to the registry. */
  readonly act: (act: ModelAct) => Promise<ModelActOutcome>;
  /** What stands beside a version in the registry. */
  readonly readCard: (model: ServedModel) => VersionCard | undefined;
}

export interface Models {
  readonly all: readonly NamedModel[];
  /** The one with this name; without a name, the first. */
  readonly find: (name: string | undefined) => NamedModel | undefined;
  /** Read the answer once a request: a swap may happen while it is answered. */
  readonly choose: (wish: Wish) => Chosen | Promise<Chosen>;
}

export type Chosen = Result<ServedModel, Problem>;

export interface Wish {
  /** What the body asks: the first model that answers that is meant. */
  readonly kind: ServedModel['kind'];
  readonly model: string | undefined;
  /** A selector; undefined: what is in production. */
  readonly version: string | undefined;
}

export function createModels(all: readonly NamedModel[]): Models {
  const find: Models['find'] = (name) => (name === undefined ? all[0] : all.find((model) => model.name === name));

  const meant = ({ kind, model }: Wish): NamedModel | undefined =>
    model === undefined ? (all.find(({ current }) => current()?.kind === kind) ?? unloaded() ?? all[0]) : find(model);
  // A model without a version might be the one that answers this: nobody can tell yet.
  const unloaded = (): NamedModel | undefined => all.find(({ current }) => current() === undefined);

  return {
    all,
    find,
    choose(wish) {
      const model = meant(wish);
      if (model === undefined) return err(wish.model === undefined ? noModel : unknownModel);
      if (wish.version === undefined) return toChosen(model.current(), noModel);
      return model.versions.find(wish.version).then((version) => toChosen(version, unknownVersion));
    },
  };
}

const toChosen = (model: ServedModel | undefined, missing: Problem): Chosen =>
  model === undefined ? err(missing) : ok(model);
