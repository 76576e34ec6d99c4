/**
 * How busy the daemon is: requests under way and how late its event loop runs. Beyond its limits a
 * request is refused at once, which costs little, rather than answered late, which helps nobody.
 */
export interface Load {
  /** Whether a request that has just entered may stay. */
  readonly hasRoom: () => boolean;
  readonly enter: () => void;
  readonly leave: () => void;
  readonly inFlight: () => number;
  readonly stop: () => void;
}

export interface LoadLimits {
  readonly maxInFlight: number;
  readonly maxLagMs: number;
}

const TICK_MS = 100;
const SMOOTHING = 0.2;

export function createLoad({ maxInFlight, maxLagMs }: LoadLimits): Load {
  let inFlight = 0;
  let lagMs = 0;
  let lastTick = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const late = Math.max(0, now - lastTick - TICK_MS);
    // Smoothed: one pause (a collection, another program) must not refuse those who come after it.
    lagMs += (late - lagMs) * SMOOTHING;
    lastTick = now;
  }, TICK_MS).unref();

  return {
    hasRoom: () => inFlight <= maxInFlight && lagMs <= maxLagMs,
    enter: () => void inFlight++,
    leave: () => void inFlight--,
    inFlight: () => inFlight,
    stop: () => clearInterval(timer),
  };
}
