/**
 * What is looked up when somebody asks: models, queues, the gate's last comparison, the database's size.
 * Costs nothing between two scrapes.
 */
import { Gauge, type Registry } from 'prom-client';
import type { Evaluation } from '../../core/gate-evaluation.ts';
import type { ServedModel } from '../served-model.ts';

export interface StateSources {
  readonly version: string;
  readonly models: readonly ModelSource[];
  readonly inFlight: () => number;
  readonly queues: Readonly<Record<string, QueueSource>>;
  readonly isHistoryFailing: () => boolean;
  readonly isRetraining: () => boolean;
  readonly isStopping: () => boolean;
  /** Bytes of each file of the database. */
  readonly databaseBytes: () => Readonly<Record<string, number>>;
}

export interface ModelSource {
  readonly name: string;
  readonly current: () => ServedModel | undefined;
  /** Why the production version is not what is served. */
  readonly problem: () => string | undefined;
  /** Milliseconds since 1970; undefined: nothing is scheduled. */
  readonly nextRetrain: () => number | undefined;
  readonly latestEvaluation: () => Evaluation | undefined;
}

export interface QueueSource {
  readonly depth: () => number;
  /** One more is refused; undefined: there is no limit. */
  readonly capacity?: number;
}

export function addStateMetrics(register: Registry, sources: StateSources): void {
  const gauge = (name: string, help: string, set: (gauge: Gauge) => void, labelNames: string[] = []): void => {
    const added = new Gauge({
      name: `pipe_${name}`,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset(); // what is no longer so must not be told
        set(this);
      },
    });
    register.registerMetric(added);
  };
  const truth = (name: string, help: string, is: () => boolean): void =>
    gauge(name, help, (self) => self.set(is() ? 1 : 0));

  gauge('build_info', 'Version of pipe.', (self) => self.set({ version: sources.version }, 1), ['version']);
  gauge('http_requests_in_flight', 'Requests under way.', (self) => self.set(sources.inFlight()));
  truth('stopping', '1 while the daemon is stopping.', sources.isStopping);
  truth('retrain_running', '1 while a retrain runs.', sources.isRetraining);
  truth(
    'history_write_failing',
    '1 while predictions cannot be written; they are refused then.',
    sources.isHistoryFailing,
  );
  addQueues(gauge, sources);
  addModels(gauge, sources);
  gauge(
    'database_bytes',
    'Size of the database and of its write-ahead log.',
    (self) => Object.entries(sources.databaseBytes()).forEach(([file, bytes]) => self.set({ file }, bytes)),
    ['file'],
  );
}

type AddGauge = (name: string, help: string, set: (gauge: Gauge) => void, labelNames?: string[]) => void;

function addQueues(gauge: AddGauge, { queues }: StateSources): void {
  const each = (value: (queue: QueueSource) => number | undefined) => (self: Gauge) => {
    for (const [queue, source] of Object.entries(queues)) {
      const known = value(source);
      if (known !== undefined) self.set({ queue }, known);
    }
  };
  gauge(
    'queue_depth',
    'Waiting in a queue.',
    each(({ depth }) => depth()),
    ['queue'],
  );
  gauge(
    'queue_capacity',
    'How many may wait; one more is refused with 503.',
    each(({ capacity }) => capacity),
    ['queue'],
  );
}

function addModels(gauge: AddGauge, { models }: StateSources): void {
  const labels = ['model', 'model_version', 'label', 'framework', 'sha'];
  gauge(
    'model_info',
    'The version that answers; 1.',
    (self) => {
      for (const { name: model, current } of models) {
        const served = current();
        if (served === undefined) continue;
        const { version: model_version, label, framework, sha } = served;
        self.set({ model, model_version, label, framework, sha: sha.slice(0, 12) }, 1);
      }
    },
    labels,
  );
  gauge(
    'model_ready',
    '1 when a version of the model answers.',
    (self) => models.forEach(({ name: model, current }) => self.set({ model }, current() === undefined ? 0 : 1)),
    ['model'],
  );
  gauge(
    'model_refused',
    '1 when the production version could not be loaded and an earlier one answers.',
    (self) => models.forEach(({ name: model, problem }) => self.set({ model }, problem() === undefined ? 0 : 1)),
    ['model'],
  );
  gauge(
    'retrain_next_timestamp_seconds',
    'When the schedule retrains a model next.',
    (self) => {
      for (const { name: model, nextRetrain } of models) {
        const next = nextRetrain();
        if (next !== undefined) self.set({ model }, next / 1000);
      }
    },
    ['model'],
  );
  gauge(
    'gate_delta',
    "The candidate's gain over the champion in the latest evaluation.",
    (self) => {
      for (const { name: model, latestEvaluation } of models)
        for (const [metric, delta] of Object.entries(latestEvaluation()?.deltas ?? {}))
          if (delta !== null) self.set({ model, metric }, delta);
    },
    ['model', 'metric'],
  );
}
