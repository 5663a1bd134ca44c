import { sha256 } from '@finvera/common';
import { randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
export const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

/** A token for a link in a mail, and what is kept of it. */
export function makeMailToken(): { token: string; hash: string } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  return { token, hash: sha256(token) };
}

/**
 * A link to a page. The token stands behind the #, which browsers send to no server, so that no log and no other site
 * learns of it.
 */
export function mailLink(linkBase: string, page: string, { subdomain, token }: { subdomain: string; token: string }) {
  const base = linkBase.replaceAll('{subdomain}', subdomain).replace(/\/+$/, '');
  return `${base}/${page}#${new URLSearchParams({ company: subdomain, token })}`;
}
