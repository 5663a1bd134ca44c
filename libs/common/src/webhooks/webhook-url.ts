import { malformed } from '../errors/domain-error.js';
import { isPublicAddress } from '../http/public-address.js';
import { isIP } from 'node:net';

/** @throws DomainError 400 when it is no address that we would send to */
export function checkedUrl(text: string, { allowPrivate }: { allowPrivate: boolean }): string {
  const refuse = (why: string) => malformed(`url ${why}`, [{ field: 'url', message: why }]);
  if (!URL.canParse(text)) throw refuse('must be an address such as https://example.com/webhooks');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:'))
    throw refuse('must begin with https:// (http:// only with WEBHOOK_PRIVATE_ADDRESSES=true)');
  if (url.username !== '' || url.password !== '') throw refuse('must not hold a user or a password');
  if (url.hash !== '') throw refuse('must not have a fragment');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isPrivate = isIP(host) ? !isPublicAddress(host) : /(^|\.)localhost\.?$/i.test(host);
  if (isPrivate && !allowPrivate)
    throw refuse('must not be a private address (allowed only with WEBHOOK_PRIVATE_ADDRESSES=true)');
  return url.href;
}
