/**
 * /metrics on an address of its own, without a key: for a network that only Prometheus is in. Answers
 * nothing else.
 */
import type { Result } from '../lib/result.ts';
import type { Address } from '../core/serve-config.ts';
import { answerProblem } from './answer.ts';
import { methodNotAllowed, notFound } from './problems.ts';
import { answerMetrics, type MetricsText } from './routes/metrics.ts';
import { startServer, type HttpServer } from './server.ts';

export interface MetricsServerOptions extends Address {
  readonly metrics: MetricsText;
  readonly newId: () => string;
}

export function startMetricsServer({
  host,
  port,
  metrics,
  newId,
}: MetricsServerOptions): Promise<Result<HttpServer, NodeJS.ErrnoException>> {
  return startServer({
    host,
    port,
    newId,
    fetch({ method, url }) {
      if (new URL(url).pathname !== '/metrics') return answerProblem(notFound, newId());
      if (method !== 'GET' && method !== 'HEAD') return answerProblem(methodNotAllowed('GET, HEAD'), newId());
      return answerMetrics(metrics);
    },
  });
}
