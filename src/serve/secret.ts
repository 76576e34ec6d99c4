/** A secret from where the settings say it is: the environment, or a file as containers mount them. */
import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '../lib/result.ts';
import type { Secret } from './settings.ts';

/** Without the line end that editors put behind it. The error names the file. */
export function readSecret(secret: Secret): Result<string, string> {
  if ('text' in secret) return ok(secret.text);
  try {
    return ok(readFileSync(secret.file, 'utf8').replace(/\r?\n$/, ''));
  } catch {
    return err(`${secret.file} cannot be read`);
  }
}
