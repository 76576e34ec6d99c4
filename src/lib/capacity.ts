/**
 * Several kinds of room, shared by holders who each take some of one or more: first come, first served,
 * except that nobody waits for a kind of room he does not need.
 */

/** How much of what. */
export type Amounts = Readonly<Record<string, number>>;

interface Waiting {
  readonly amounts: Amounts;
  readonly enter: () => void;
}

export class Capacity {
  readonly #total: Amounts;
  readonly #free: Map<string, number>;
  #waiting: readonly Waiting[] = [];

  constructor(total: Amounts) {
    this.#total = total;
    this.#free = new Map(Object.entries(total));
  }

  /** Who wants more than there is gets all there is: he would wait for ever. What is not limited is not counted. */
  async acquire(amounts: Amounts): Promise<void> {
    await new Promise<void>((enter) => {
      this.#waiting = [...this.#waiting, { amounts: this.#possible(amounts), enter }];
      this.#admit();
    });
  }

  /** With the same amounts as acquired. */
  release(amounts: Amounts): void {
    for (const [kind, amount] of Object.entries(this.#possible(amounts))) this.#add(kind, amount);
    this.#admit();
  }

  #possible(amounts: Amounts): Amounts {
    const limited = Object.entries(amounts).flatMap(([kind, amount]) => {
      const total = this.#total[kind];
      return total === undefined || amount <= 0 ? [] : [[kind, Math.min(amount, total)] as const];
    });
    return Object.fromEntries(limited);
  }

  #admit(): void {
    // What somebody further ahead is short of is his as soon as there is enough: small ones must not starve him.
    const promised = new Set<string>();
    this.#waiting = this.#waiting.filter(({ amounts, enter }) => {
      const short = Object.entries(amounts).filter(([kind, amount]) => amount > (this.#free.get(kind) ?? 0));
      const isFree = short.length === 0 && !Object.keys(amounts).some((kind) => promised.has(kind));
      if (!isFree) {
        for (const [kind] of short) promised.add(kind);
        return true;
      }
      for (const [kind, amount] of Object.entries(amounts)) this.#add(kind, -amount);
      enter();
      return false;
    });
  }

  #add(kind: string, amount: number): void {
    this.#free.set(kind, (this.#free.get(kind) ?? 0) + amount);
  }
}
