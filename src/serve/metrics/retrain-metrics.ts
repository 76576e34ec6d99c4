/** How retrains ended. Each outcome has its series from the start, so that the first failure is an increase. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { RETRAIN_OUTCOMES, type RetrainJob } from '../retrain/retrain-job.ts';

export type CountRetrain = (job: RetrainJob) => void;

export function createRetrainMetrics(register: Registry, models: readonly string[]): CountRetrain {
  const registers = [register];
  const retrains = new Counter({
    name: 'pipe_retrains_total',
    help: 'Retrains that ended, by outcome.',
    labelNames: ['model', 'outcome', 'trigger'],
    registers,
  });
  const finishedAt = new Gauge({
    name: 'pipe_retrain_last_finished_timestamp_seconds',
    help: 'When the last retrain of this daemon ended.',
    labelNames: ['model'],
    registers,
  });
  const duration = new Gauge({
    name: 'pipe_retrain_last_duration_seconds',
    help: 'How long the last retrain of this daemon took.',
    labelNames: ['model'],
    registers,
  });
  for (const model of models)
    for (const outcome of RETRAIN_OUTCOMES)
      for (const trigger of ['api', 'schedule']) retrains.inc({ model, outcome, trigger }, 0);

  return ({ model, state, trigger, createdAt, finishedAt: end }) => {
    retrains.inc({ model, outcome: state, trigger });
    if (end === null) return;
    finishedAt.set({ model }, Date.parse(end) / 1000);
    duration.set({ model }, (Date.parse(end) - Date.parse(createdAt)) / 1000);
  };
}
