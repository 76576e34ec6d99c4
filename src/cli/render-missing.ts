/** The words for what a stage names and nobody has: a dep, a parameter. */
import type { Failure } from '../core/failure.ts';

interface MissingWords {
  readonly what: string;
  readonly hint?: string;
}

export function describeMissingDep({ path, owner }: Extract<Failure, { code: 'dep-missing' }>): MissingWords {
  if (owner === undefined) {
    const hint = 'is the path right? It is relative to the wdir of its stage';
    return { what: `dep ${path} is not there, and no stage makes it`, hint };
  }
  const { stage, frozen } = owner;
  return frozen
    ? {
        what: `dep ${path} is not there, and stage ${stage}, which makes it, is frozen`,
        hint: `\`pipe unfreeze ${stage}\` lets it run; \`pipe pull ${stage}\` may bring it`,
      }
    : { what: `dep ${path} is not there: stage ${stage} makes it`, hint: `\`pipe repro ${stage}\` runs it` };
}

type ParamMissing = Extract<Failure, { code: 'param-missing' }>;

export function describeMissingParam({ file, key }: ParamMissing): MissingWords {
  if (key === '') return { what: `params file ${file} is not there` };
  const what = `${file} has no ${key}`;
  return /\.(ya?ml|json|toml)$/.test(key)
    ? { what, hint: `\`{${key}: null}\` is the whole file, \`{${key}: [key]}\` some of it` }
    : { what };
}
