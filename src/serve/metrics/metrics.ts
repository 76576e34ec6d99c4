/** All metrics of a daemon, in the text that Prometheus reads. Knows nothing of who may ask for them. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createRequestMetrics, type RequestMetrics } from './request-metrics.ts';
import { createRetrainMetrics, type CountRetrain } from './retrain-metrics.ts';
import { addStateMetrics, type StateSources } from './state-metrics.ts';

export interface Metrics extends RequestMetrics {
  readonly countRetrain: CountRetrain;
  /** To be called once, when everything there is has been made. */
  readonly watch: (sources: StateSources) => void;
  readonly render: () => Promise<string>;
  readonly contentType: string;
}

/** `models`: the names of all that are served. */
export function createMetrics(models: readonly string[]): Metrics {
  const register = new Registry();
  const requests = createRequestMetrics(register);
  const countRetrain = createRetrainMetrics(register, models);
  collectDefaultMetrics({ register });
  return {
    ...requests,
    countRetrain,
    watch: (sources) => addStateMetrics(register, sources),
    contentType: register.contentType,
    render: () => register.metrics(),
  };
}
