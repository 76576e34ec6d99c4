/** GET /openapi.json: the API document, with the inputs of the model that is live. */
import type { InputSpec } from '../../ml/model.ts';
import { jsonText, toResponse } from '../answer.ts';
import type { Access, Endpoint } from '../endpoint.ts';
import type { Models } from '../models.ts';
import type { About } from './root.ts';

export interface OpenApiDeps {
  readonly about: About;
  readonly access: Access;
  readonly models: Pick<Models, 'all'>;
  readonly endpoints: () => readonly Endpoint[];
}

export function openApiEndpoint({ about, access, models, endpoints }: OpenApiDeps): Endpoint {
  let made: { readonly inputs: readonly InputSpec[] | undefined; readonly text: string } | undefined;
  return {
    method: 'get',
    path: '/openapi.json',
    access,
    async handle() {
      const inputs = inputsOf(models);
      if (made === undefined || made.inputs !== inputs) {
        const { renderOpenApi } = await import('../openapi.ts');
        made = { inputs, text: renderOpenApi({ about, endpoints: endpoints(), facts: { inputs } }) };
      }
      return toResponse(jsonText(made.text));
    },
  };
}

/** Of the first model that answers rows. */
function inputsOf({ all }: OpenApiDeps['models']): readonly InputSpec[] | undefined {
  for (const { current } of all) {
    const model = current();
    if (model?.kind === 'table') return model.inputs;
  }
  return undefined;
}
