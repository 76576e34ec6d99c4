/**
 * GET /docs: Swagger UI from the installed package, so that it works without internet. Its start
 * script is a file of its own because the page's policy forbids inline scripts.
 */
import { answerText } from '../answer.ts';
import type { Access, Endpoint } from '../endpoint.ts';

export interface DocsDeps {
  readonly access: Access;
  /** Text of a file of swagger-ui-dist. */
  readonly readAsset: (name: string) => Promise<string>;
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>API</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <div id="swagger-ui"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

export function docsEndpoints({ access, readAsset }: DocsDeps): readonly Endpoint[] {
  const file = (path: string, contentType: string, text: () => string | Promise<string>): Endpoint => ({
    method: 'get',
    path,
    access,
    handle: async () =>
      answerText(await text(), contentType, {
        'Content-Security-Policy': POLICY,
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-cache',
      }),
  });
  return [
    file('/docs', 'text/html; charset=utf-8', () => PAGE),
    file('/docs/start.js', 'text/javascript; charset=utf-8', () => START),
    file('/docs/swagger-ui.css', 'text/css; charset=utf-8', () => readAsset('swagger-ui.css')),
    file('/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8', () => readAsset('swagger-ui-bundle.js')),
  ];
}
