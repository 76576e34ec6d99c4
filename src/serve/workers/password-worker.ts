/** bcrypt in a thread of its own: one comparison costs a third of a second of CPU. */
import bcrypt from 'bcryptjs';

export const hash = ({ password, cost }: { readonly password: string; readonly cost: number }): string =>
  bcrypt.hashSync(password, cost);

export const compare = ({ password, hash }: { readonly password: string; readonly hash: string }): boolean =>
  bcrypt.compareSync(password, hash);
