/** How often and how long each version was asked over /v2, since the daemon started. */
export interface InferStats {
  readonly add: (sample: InferSample) => void;
  readonly list: (model: string) => readonly VersionStats[];
}

export interface InferSample {
  readonly model: string;
  readonly version: string;
  /** 0: it was refused. */
  readonly rows: number;
  readonly nanoseconds: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface VersionStats {
  readonly version: string;
  readonly lastInference: number;
  readonly inferences: number;
  readonly success: Duration;
  readonly fail: Duration;
}

interface Duration {
  readonly count: number;
  readonly ns: number;
}

const NONE: Duration = { count: 0, ns: 0 };

/** A version nobody asks any more stays: there are as many as the registry has. */
export function createInferStats(): InferStats {
  const models = new Map<string, Map<string, VersionStats>>();
  return {
    add({ model, version, rows, nanoseconds, at }) {
      const versions = models.get(model) ?? new Map<string, VersionStats>();
      models.set(model, versions);
      const before = versions.get(version) ?? { version, lastInference: 0, inferences: 0, success: NONE, fail: NONE };
      const longer = ({ count, ns }: Duration): Duration => ({ count: count + 1, ns: ns + nanoseconds });
      versions.set(version, {
        version,
        lastInference: at,
        inferences: before.inferences + rows,
        success: rows > 0 ? longer(before.success) : before.success,
        fail: rows > 0 ? before.fail : longer(before.fail),
      });
    },
    list: (model) => [...(models.get(model)?.values() ?? [])],
  };
}
