/**
 * How often a login may fail: 5 times in 5 minutes for one name from one address, 50 times for one
 * name from anywhere, 20 times a minute from one address. Unknown names count like known ones.
 *
 * Invariant: a slot is taken before the password is compared and given back when it was right, so
 * many attempts at once get no further than the same number one after the other.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { canonicalUsername } from '../../store/database/users.ts';
import { err, ok, type Result } from '../../lib/result.ts';
import { networkOf } from './network.ts';

export interface LoginThrottle {
  /** Seconds until this address may try again, if it may not now. */
  readonly addressWaitS: (address: string) => Promise<number | undefined>;
  /** The error is the number of seconds to wait. */
  readonly reserve: (attempt: Attempt) => Promise<Result<Slot, number>>;
}

export interface Attempt {
  readonly username: string;
  readonly address: string;
}

/** Kept as it is when the password was wrong. */
export interface Slot {
  /** The password was never compared. */
  giveBack(): Promise<void>;
  /** The password was right: also the failures of this name from this address are forgotten. */
  forgive(): Promise<void>;
}

const MINUTE_S = 60;

export function createLoginThrottle(): LoginThrottle {
  const perAddress = new RateLimiterMemory({ points: 20, duration: MINUTE_S });
  const perName = new RateLimiterMemory({ points: 50, duration: 5 * MINUTE_S });
  const perNameAndAddress = new RateLimiterMemory({ points: 5, duration: 5 * MINUTE_S });

  return {
    async addressWaitS(address) {
      const state = await perAddress.get(networkOf(address));
      return state !== null && state.consumedPoints >= 20 ? toSeconds(state) : undefined;
    },
    async reserve({ username, address }) {
      const name = canonicalUsername(username);
      const network = networkOf(address);
      const pair = `${name}\0${network}`;
      const limits = [
        { limiter: perNameAndAddress, key: pair },
        { limiter: perName, key: name },
        { limiter: perAddress, key: network },
      ];
      for (const [index, { limiter, key }] of limits.entries()) {
        const wait = await consume(limiter, key);
        if (wait === undefined) continue;
        await Promise.all(limits.slice(0, index).map((taken) => taken.limiter.reward(taken.key)));
        return err(wait);
      }
      const giveBack = async (): Promise<void> => {
        await Promise.all(limits.map(({ limiter, key }) => limiter.reward(key)));
      };
      return ok({
        giveBack,
        async forgive() {
          await giveBack();
          await perNameAndAddress.delete(pair);
        },
      });
    },
  };
}

/** Seconds to wait when there is nothing left to consume. */
async function consume(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key);
    return undefined;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return toSeconds(refused);
  }
}

const toSeconds = ({ msBeforeNext }: RateLimiterRes): number => Math.max(1, Math.ceil(msBeforeNext / 1000));
