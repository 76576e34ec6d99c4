/**
 * Several kinds of room, shared by holders who each take some of one or more: first come, first served,
 * except that nobody waits for a kind of room he does not need.
 */

/** How much of what. */
export type Amounts = Readonly<Record<string, number>>;

interface Waiting {
  /** Only what is limited. */
  readonly amounts: readonly (readonly [kind: string, amount: number])[];
  /** Who came first has the lower one. */
  readonly ticket: number;
  readonly enter: () => void;
}

/** Those who want the same kinds of room: whoever is behind one that must wait must wait too. */
interface Queue {
  readonly waiting: Waiting[];
  /** How many of them have been let in; kept, so that letting in moves nobody. */
  served: number;
}

const KEPT_SERVED = 1_000;

export class Capacity {
  readonly #total: Amounts;
  readonly #free: Map<string, number>;
  /** By the kinds that are wanted. */
  readonly #queues = new Map<string, Queue>();
  #tickets = 0;

  constructor(total: Amounts) {
    this.#total = total;
    this.#free = new Map(Object.entries(total));
  }

  /** Who wants more than there is gets all there is: he would wait for ever. What is not limited is not counted. */
  async acquire(wanted: Amounts): Promise<void> {
    await new Promise<void>((enter) => {
      const amounts = this.#possible(wanted);
      const kinds = amounts.map(([kind]) => kind).join(' ');
      const queue = this.#queues.get(kinds) ?? { waiting: [], served: 0 };
      this.#queues.set(kinds, queue);
      queue.waiting.push({ amounts, ticket: this.#tickets++, enter });
      this.#admit();
    });
  }

  /** With the same amounts as acquired. */
  release(wanted: Amounts): void {
    for (const [kind, amount] of this.#possible(wanted)) this.#add(kind, amount);
    this.#admit();
  }

  #possible(wanted: Amounts): Waiting['amounts'] {
    return Object.entries(wanted).flatMap(([kind, amount]) => {
      const total = this.#total[kind];
      return total === undefined || amount <= 0 ? [] : [[kind, Math.min(amount, total)] as const];
    });
  }

  #admit(): void {
    // What somebody further ahead is short of is his as soon as there is enough: small ones must not starve him.
    const promised = new Set<string>();
    const open = new Set(this.#queues.values());
    for (let queue = longestWaiting(open); queue !== undefined; queue = longestWaiting(open)) {
      const { amounts, enter } = firstIn(queue);
      const short = amounts.filter(([kind, amount]) => amount > (this.#free.get(kind) ?? 0));
      if (short.length > 0 || amounts.some(([kind]) => promised.has(kind))) {
        for (const [kind] of short) promised.add(kind);
        open.delete(queue);
        continue;
      }
      for (const [kind, amount] of amounts) this.#add(kind, -amount);
      serve(queue);
      enter();
    }
  }

  #add(kind: string, amount: number): void {
    this.#free.set(kind, (this.#free.get(kind) ?? 0) + amount);
  }
}

/** Of the queues in which somebody waits, the one whose first came first. */
function longestWaiting(queues: ReadonlySet<Queue>): Queue | undefined {
  let longest: Queue | undefined;
  for (const queue of queues) {
    if (queue.served === queue.waiting.length) continue;
    if (longest === undefined || firstIn(queue).ticket < firstIn(longest).ticket) longest = queue;
  }
  return longest;
}

function firstIn({ waiting, served }: Queue): Waiting {
  const first = waiting[served];
  if (first === undefined) throw new Error('nobody waits in this queue');
  return first;
}

function serve(queue: Queue): void {
  queue.served += 1;
  if (queue.served < KEPT_SERVED && queue.served < queue.waiting.length) return;
  queue.waiting.splice(0, queue.served);
  queue.served = 0;
}
