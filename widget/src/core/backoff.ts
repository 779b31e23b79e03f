export const FIRST_MS = 500;
export const LAST_MS = 30_000;

/**
 * Equal jitter: half of the exponential step is certain, half is random, so that a
 * restarted server is not met by every browser in the same instant.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const step = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(step / 2 + (step / 2) * random());
}
