/** GET /openapi.json: the API document, with the inputs of the model that is live. */
import type { InputSpec } from '../../ml/model.ts';
import { answerJsonText } from '../answer.ts';
import type { Access, Endpoint } from '../endpoint.ts';
import type { ServedModel } from '../served-model.ts';
import type { About } from './root.ts';

export interface OpenApiDeps {
  readonly about: About;
  readonly access: Access;
  readonly model: () => ServedModel | undefined;
  readonly endpoints: () => readonly Endpoint[];
}

export function openApiEndpoint({ about, access, model, endpoints }: OpenApiDeps): Endpoint {
  let made: { readonly inputs: readonly InputSpec[] | undefined; readonly text: string } | undefined;
  return {
    method: 'get',
    path: '/openapi.json',
    access,
    async handle() {
      const inputs = model()?.inputs;
      if (made === undefined || made.inputs !== inputs) {
        const { renderOpenApi } = await import('../openapi.ts');
        made = { inputs, text: renderOpenApi({ about, endpoints: endpoints(), facts: { inputs } }) };
      }
      return answerJsonText(made.text);
    },
  };
}
