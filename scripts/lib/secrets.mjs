import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** 43 characters that no shell minds. */
export const randomSecret = () => randomBytes(32).toString('base64url').replace(/^-/, 'A');

/** What a file holds, made once; only its owner may read it. */
export function keep(file, make) {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, make(), { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8');
}
