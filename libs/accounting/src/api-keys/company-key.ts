import { sha256 } from '@finvera/common';
import { randomBytes } from 'node:crypto';

const PREFIX = 'fvc_';
const SECRET_BYTES = 32;
const FORM = /^fvc_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** What a key says of itself: it names its company, so that nobody looks for it in all of them. */
export interface CompanyKey {
  tenantId: string;
  /** of the whole key: what is stored of it */
  hash: string;
}

export const isCompanyKey = (bearer: string): boolean => bearer.startsWith(PREFIX);

/** null when it has not the form of a key. */
export function readCompanyKey(bearer: string): CompanyKey | null {
  const [, ...parts] = FORM.exec(bearer) ?? [];
  return parts.length === 0 ? null : { tenantId: parts.join('-'), hash: sha256(bearer) };
}

/** A new key of a company, and how it begins. */
export function makeCompanyKey(tenantId: string): { key: string; hint: string } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { key: `${PREFIX}${tenantId.replaceAll('-', '')}_${secret}`, hint: `…_${secret.slice(0, 6)}…` };
}
