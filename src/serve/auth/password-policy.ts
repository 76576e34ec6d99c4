/**
 * Which passwords and usernames may be set. Pure. Says nothing of those that already exist: a login
 * is compared, never judged.
 */
import { canonicalUsername, type Role } from '../../store/database/users.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';
import { MAX_PASSWORD_BYTES } from './passwords.ts';

const MIN_LENGTH: Readonly<Record<Role, number>> = { user: 8, admin: 12 };

export interface PasswordQuestion {
  readonly password: string;
  readonly username: string;
  readonly role: Role;
}

/** What is wrong with it, as a sentence; undefined when nothing is. No rule asks for digits or signs: length is what counts. */
export function findPasswordFault({ password, username, role }: PasswordQuestion): string | undefined {
  const shortest = MIN_LENGTH[role];
  if (Array.from(password).length < shortest) return `Password should have at least ${shortest} characters`;
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES)
    return `Password should have at most ${MAX_PASSWORD_BYTES} bytes in UTF-8`;
  // bcrypt takes `ab` and `ab\0ab` for one, and half a character for any other half.
  if (/\0|\p{Surrogate}/u.test(password)) return 'Password should hold neither NUL nor half a character';
  const folded = password.toLowerCase();
  const name = canonicalUsername(username);
  if (name.length >= 4 && folded.includes(name)) return 'Password should not contain the username';
  return COMMON_PASSWORDS.has(folded) || isMonotonous(folded) ? 'Password is one of the most common ones' : undefined;
}

/** Letters, digits and `. _ @ -`, so that a name can stand in a path, a log line and a table. */
export function findUsernameFault(username: string): string | undefined {
  const name = canonicalUsername(username);
  if (name === 'me') return 'Username should not be "me": /users/me is the caller';
  if (looksLikeAnother(name))
    return 'Username should not mix letters of several alphabets, nor use such as look like others';
  return /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u.test(name)
    ? undefined
    : 'Username should be 1 to 64 letters, digits or . _ @ - and begin with a letter or digit';
}

/** Alphabets whose letters look alike: `admin` with a Cyrillic a is another name, and nobody sees it. */
const ALPHABETS = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Coptic}/u,
  /\p{Script=Lisu}/u,
];

/** Also Latin letters that are capitals of others, as a dotless i is. */
function looksLikeAnother(name: string): boolean {
  if (ALPHABETS.filter((alphabet) => alphabet.test(name)).length > 1) return true;
  return Array.from(name).some((letter) => {
    const folded = letter.toUpperCase().toLowerCase();
    return ALPHABETS[0]?.test(letter) === true && folded.length === letter.length && folded !== letter;
  });
}

/** `aaaaaaaa`, `12345678`, `hgfedcba`. */
function isMonotonous(password: string): boolean {
  const codes = Array.from(password, (character) => character.charCodeAt(0));
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  const [first] = steps;
  return first !== undefined && Math.abs(first) <= 1 && steps.every((step) => step === first);
}
