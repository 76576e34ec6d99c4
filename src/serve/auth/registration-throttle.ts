/** How many accounts one address may make: 10 an hour. Taken or not, a name costs a try: else names could be tried out. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from './network.ts';

/** Seconds to wait, if nothing is left. */
export type RegistrationThrottle = (address: string) => Promise<number | undefined>;

export function createRegistrationThrottle(): RegistrationThrottle {
  const perAddress = new RateLimiterMemory({ points: 10, duration: 3600 });
  return async (address) => {
    try {
      await perAddress.consume(networkOf(address));
      return undefined;
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
    }
  };
}
