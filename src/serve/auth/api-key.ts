/** How keys of programs look: a prefix that scanners for leaked secrets can find, then chance. */
import { randomBytes } from 'node:crypto';

export const API_KEY_PREFIX = 'pipe_key_';

export const createApiKey = (): string => API_KEY_PREFIX + randomBytes(32).toString('base64url');
