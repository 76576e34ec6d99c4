/**
 * The reference part of docs/api.md from the OpenAPI document: one section a route, then the shapes.
 * `npx vitest run tests/serve/api-docs.test.ts -u` writes it; without -u the test holds the file to it.
 */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly 'x-access': 'open' | 'user' | 'admin';
  readonly 'x-scope'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly description?: string;
  readonly default?: unknown;
}

const START = '<!-- Generated from the OpenAPI document: npx vitest run tests/serve/api-docs.test.ts -u -->';
const END = '<!-- End of what is generated -->';

/** The manual with its generated part made anew. */
export function renderApiManual(manual: string, document: OpenApi): string {
  const [before, rest] = manual.split(START);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('docs/api.md has lost its marks');
  return `${before}${START}\n\n${renderReference(document)}\n${END}${after}`;
}

function renderReference(document: OpenApi): string {
  const common = findCommon(document);
  const tags = [...new Set(operationsOf(document).map(({ operation }) => operation.tags[0] ?? ''))];
  const sections = tags.map((tag) => {
    const routes = operationsOf(document).filter(({ operation }) => operation.tags[0] === tag);
    return `### ${tag}\n\n${grouped(routes)
      .map((group) => renderRoutes(group, common))
      .join('\n')}`;
  });
  const shapes = Object.entries(document.components.schemas).map(([name, schema]) => renderShape(name, schema));
  const told = [...common].sort().map((text) => `- ${text}`);
  return [
    `Besides what stands with it, a route may answer:\n\n${told.join('\n')}\n`,
    ...sections,
    `### Shapes\n\n${shapes.join('\n')}`,
  ].join('\n');
}

/** What more than ten routes answer is told once: `413 The body is too large`. */
function findCommon(document: OpenApi): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { operation } of operationsOf(document))
    for (const [status, { description, content }] of Object.entries(operation.responses))
      for (const part of Number(status) < 400 || !isProblem(content) ? [] : description.split('; ')) {
        const key = `${status} ${upperFirst(part)}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
  return new Set([...counts].filter(([, count]) => count > 10).map(([key]) => key));
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const operationsOf = ({ paths }: OpenApi): readonly Route[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

/** Paths that are one and the same are told once. */
function grouped(routes: readonly Route[]): readonly (readonly Route[])[] {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    const key = JSON.stringify([route.method, { ...route.operation, operationId: '' }]);
    groups.set(key, [...(groups.get(key) ?? []), route]);
  }
  return [...groups.values()];
}

function renderRoutes(routes: readonly Route[], common: ReadonlySet<string>): string {
  const [first] = routes;
  if (first === undefined) return '';
  const { operation } = first;
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const heading = routes.map(({ method, path }) => `\`${method} ${path}\``).join(', ');
  const asked = parameters
    .filter((parameter) => parameter.in !== 'path')
    .map((parameter) => row(placeOf(parameter), typeOf(parameter.schema), parameter.description ?? ''));
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) =>
    row('body', schema === undefined ? '' : typeOf(schema), type),
  );
  const answers = Object.entries(responses).flatMap(([status, { description: told, content }]) => {
    const own = told.split('; ').filter((part) => !common.has(`${status} ${upperFirst(part)}`));
    return own.length === 0 ? [] : [row(status, contentOf(content), own.join('; '))];
  });
  const text = [summary, description]
    .filter((part) => part !== undefined)
    .map((part) => part.replace(/([.?])?$/, (_, end) => end ?? '.'));
  const rows = [...asked, ...bodies, ...answers].join('\n');
  return `**${heading}** · ${access(operation)}\n\n${text.join(' ')}\n\n| | | |\n|---|---|---|\n${rows}\n`;
}

const placeOf = ({ name, in: place }: Parameter): string => (place === 'header' ? `\`${name}:\`` : `\`?${name}=\``);

function access(operation: Operation): string {
  const scope = operation['x-scope'];
  const who = { open: 'open', user: 'users', admin: 'admins' }[operation['x-access']];
  return scope === undefined ? who : `${who}, keys with \`${scope}\``;
}

/** Problems have one shape, told once. */
function contentOf(content: Content | undefined): string {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  if (type === undefined || isProblem(content)) return '';
  return media?.schema === undefined || type !== 'application/json' ? `\`${type}\`` : typeOf(media.schema);
}

const isProblem = (content: Content | undefined): boolean =>
  content?.['application/json']?.schema?.$ref?.endsWith('/Problem') === true;

function renderShape(name: string, schema: Schema): string {
  if (schema.properties === undefined) return `**${name}**: ${typeOf(schema)}\n`;
  const rows = Object.entries(schema.properties).map(([key, value]) => {
    const isThere = schema.required?.includes(key) === true;
    return row(
      `\`${key}\``,
      typeOf(value),
      [isThere ? '' : 'optional', value.description ?? ''].filter(Boolean).join('; '),
    );
  });
  const told = schema.description === undefined ? '' : ` ${schema.description}`;
  return `**${name}**${told}\n\n| | | |\n|---|---|---|\n${rows.join('\n')}\n`;
}

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return `*${schema.$ref.split('/').at(-1)}*`;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (schema.properties !== undefined)
    return `{${Object.entries(schema.properties)
      .map(([key, value]) => `${key}: ${typeOf(value)}`)
      .join(', ')}}`;
  if (typeof schema.additionalProperties === 'object') return `{name: ${typeOf(schema.additionalProperties)}}`;
  const types = [schema.type ?? 'anything'].flat();
  return types
    .map((type) => (schema.format === undefined || type === 'null' ? type : `${type} (${schema.format})`))
    .join(' or ');
}
