/**
 * Names of variables that look as if they held a secret.
 *
 * What `env` declares is an input: its value would stand in a lock entry, which is committed.
 */
export function looksSecret(name: string): boolean {
  const words = name.toUpperCase().split('_');
  return words.some((word, index) => SECRET.has(word) || (word === 'KEY' && KEYS.has(words[index - 1] ?? '')));
}

const SECRET = new Set('PASSWORD PASSWD PASSPHRASE SECRET SECRETS TOKEN CREDENTIAL CREDENTIALS APIKEY PASS'.split(' '));
/** `SORT_KEY` is no secret; `API_KEY` is. */
const KEYS = new Set('API ACCESS SECRET PRIVATE AUTH SIGNING ENCRYPTION MASTER SERVICE ACCOUNT SSH'.split(' '));
