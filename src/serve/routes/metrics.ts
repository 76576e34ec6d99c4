/** GET /metrics: what Prometheus reads. With an API key of the scope `metrics`, or an admin's token. */
import { answerText } from '../answer.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Metrics } from '../metrics/metrics.ts';

export type MetricsText = Pick<Metrics, 'render' | 'contentType'>;

export const metricsEndpoint = (metrics: MetricsText): Endpoint => ({
  method: 'get',
  path: '/metrics',
  access: 'admin',
  scope: 'metrics',
  answersWhenBusy: true,
  handle: () => answerMetrics(metrics),
  describe: () => ({
    summary: 'Metrics for Prometheus',
    description: 'With an API key of the scope `metrics`. `--metrics-listen` answers them elsewhere without one.',
    tag: 'service',
    answers: { 200: { description: 'In the text format of Prometheus', contentType: 'text/plain' } },
  }),
});

export const answerMetrics = async ({ render, contentType }: MetricsText): Promise<Response> =>
  answerText(await render(), contentType, { 'Cache-Control': 'no-store' });
