/**
 * What is counted at every request and every prediction: the hot part of the metrics, about a
 * microsecond a request. Knows nothing of HTTP or of models beyond their names.
 *
 * Invariant: the number of series is bounded. Routes are those of the app, never a caller's path;
 * of a model's versions so many have a series of their own, the others share one.
 */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { PredictionTuple } from '../../store/database/predictions.ts';

export interface RequestMetrics {
  /** Made once for a route. */
  readonly recorderOf: (route: Route) => RecordRequest;
  readonly countPrediction: (row: PredictionTuple) => void;
}

export interface Route {
  readonly method: string;
  /** As the app knows it, with `:id` for what varies. */
  readonly path: string;
}

/** `took` is left out where no route had a part in the answer. */
export type RecordRequest = (status: number, took?: Took) => void;

export interface Took {
  readonly seconds: number;
  /** Of routes that ask a model. */
  readonly model: Answered | undefined;
}

export interface Answered {
  readonly name: string;
  readonly version: string;
}

/** From a tenth of a millisecond, where predictions are, to what a batch or an export takes. */
const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const MAX_VERSIONS = 20;

export function createRequestMetrics(register: Registry): RequestMetrics {
  const registers = [register];
  const requests = new Counter({
    name: 'pipe_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'pipe_http_request_duration_seconds',
    help: 'From the headers of a request to its answer; model and version of routes that ask one.',
    labelNames: ['route', 'model', 'model_version'],
    buckets: BUCKETS,
    registers,
  });
  const predictions = new Counter({
    name: 'pipe_predictions_total',
    help: 'Predictions answered, by class.',
    labelNames: ['model', 'model_version', 'class'],
    registers,
  });
  const versionOf = createVersionLabels();

  return {
    recorderOf({ method, path: route }) {
      return (status, took) => {
        requests.inc({ method, route, status });
        if (took === undefined) return;
        const { seconds, model } = took;
        const name = model?.name ?? '';
        durations.observe({ route, model: name, model_version: model ? versionOf(name, model.version) : '' }, seconds);
      };
    },
    countPrediction([, , model, version, , , prediction]) {
      if (prediction === 'null') return; // a job: it has answered rows of a file
      const className = prediction.startsWith('"') ? prediction.slice(1, -1) : prediction;
      predictions.inc({ model, model_version: versionOf(model, version), class: className });
    },
  };
}

/** Callers may ask any version there ever was; each in the series of its own would be one too many. */
function createVersionLabels(): (model: string, version: string) => string {
  const seen = new Map<string, Set<string>>();
  return (model, version) => {
    const versions = seen.get(model) ?? new Set();
    if (versions.has(version)) return version;
    if (versions.size >= MAX_VERSIONS) return 'other';
    seen.set(model, versions.add(version));
    return version;
  };
}
