/** What pushing and pulling share: who takes part, what is told on the way, and what came of it. */
import type { Digest } from '../../lib/digest.ts';
import type { ObjectFiles } from '../objects-files.ts';
import type { Remote } from './remote.ts';

export interface TransferParts {
  readonly remote: Remote;
  readonly files: ObjectFiles;
  /** How many objects are under way at a time. */
  readonly jobs: number;
  readonly onProgress: (progress: Progress) => void;
}

/** Of one push or pull so far. `total…` grow while folders are looked into. */
export interface Progress {
  readonly objects: number;
  readonly bytes: number;
  readonly totalObjects: number;
  readonly totalBytes: number;
}

export interface Transferred {
  readonly objects: number;
  readonly bytes: number;
  /** Neither here nor there, or broken where they are. */
  readonly missing: ReadonlySet<Digest>;
}

/** Counts, and tells whoever wants to know. */
export class Tally {
  readonly #onProgress: (progress: Progress) => void;
  readonly #now = { objects: 0, bytes: 0, totalObjects: 0, totalBytes: 0 };

  constructor(onProgress: (progress: Progress) => void) {
    this.#onProgress = onProgress;
  }

  expect(objects: number, bytes: number): void {
    this.#now.totalObjects += objects;
    this.#now.totalBytes += bytes;
    this.#tell();
  }

  readonly bytes = (bytes: number): void => {
    this.#now.bytes += bytes;
    this.#tell();
  };

  object(bytes: number): void {
    this.#now.objects += 1;
    this.bytes(bytes);
  }

  get progress(): Progress {
    return { ...this.#now };
  }

  #tell(): void {
    this.#onProgress(this.progress);
  }
}
