import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/** Subdomains that are the platform's own, or that people would mistake for it. */
export const RESERVED_SUBDOMAINS: ReadonlySet<string> = new Set([
  'www', 'api', 'admin', 'app', 'apps', 'mail', 'email', 'smtp', 'imap', 'pop', 'ftp', 'ns', 'ns1', 'ns2', 'mx', 'dns',
  'static', 'assets', 'cdn', 'media', 'docs', 'doc', 'help', 'support', 'status', 'blog', 'dashboard', 'console', 'portal',
  'auth', 'login', 'signin', 'signup', 'sso', 'oauth', 'account', 'accounts', 'billing', 'pay', 'payments', 'my', 'web',
  'master', 'root', 'system', 'internal', 'private', 'public', 'test', 'staging', 'dev', 'demo', 'sandbox', 'localhost',
  'finvera', 'security', 'abuse', 'postmaster', 'hostmaster', 'webmaster', 'autodiscover', 'autoconfig', 'wpad', 'isatap',
  'metrics', 'health', 'queue', 'redis', 'mysql', 'mariadb', 'db', 'database', 'backup', 'backups',
]); // biome-ignore format: a list

/** Longest subdomain: the database is `finvera_<subdomain>_<13 digits>` and a name has at most 64 characters. */
export const SUBDOMAIN_MAX_LENGTH = 40;

const SUBDOMAIN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Whether the text may be a tenant's subdomain: lower-case letters, digits and single hyphens, no punycode. */
export const isSubdomain = (text: string): boolean =>
  text.length >= 2 && text.length <= SUBDOMAIN_MAX_LENGTH && SUBDOMAIN.test(text) && !text.startsWith('xn--');

const DOMAIN_MAX_LENGTH = 253;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * A domain name as it is compared: lower-case ASCII (international names as punycode), without trailing dot.
 * @returns null when the text is not a domain name with at least two labels; addresses are none
 */
export function readDomain(text: string): string | null {
  const name = domainToASCII(text.trim().replace(/\.$/, ''));
  return isDomain(name) ? name : null;
}

function isDomain(name: string): boolean {
  if (name.length > DOMAIN_MAX_LENGTH || isIP(name) !== 0) return false;
  const labels = name.split('.');
  return labels.length >= 2 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1)!);
}

/** Whether the name is the platform's own: the base domain or a name under it. */
export const isUnder = (domain: string, baseDomain: string): boolean =>
  domain === baseDomain || domain.endsWith(`.${baseDomain}`);

export type HostMeaning =
  /** the bare host, an address, or a name that cannot be a company's domain: names no tenant */
  | { kind: 'none' }
  | { kind: 'subdomain'; subdomain: string }
  /** a host of somebody else: names a tenant when it is a verified domain of one */
  | { kind: 'domain'; domain: string }
  /** under the base domain, but no tenant can have this name */
  | { kind: 'impossible'; host: string };

/**
 * What a Host header says about the tenant. Port and trailing dot do not matter, nor does upper case (RFC 9110 §4.2.3).
 * @param host value of the Host header, or undefined
 */
export function readHost(host: string | undefined, baseDomain: string): HostMeaning {
  const name = asciiOf((host ?? '').trim().replace(/:\d*$/, '').replace(/\.$/, '')).toLowerCase();
  if (name === '' || name === baseDomain || name.startsWith('[') || isIP(name) !== 0) return { kind: 'none' };
  if (!name.endsWith(`.${baseDomain}`)) return isDomain(name) ? { kind: 'domain', domain: name } : { kind: 'none' };
  const label = name.slice(0, -baseDomain.length - 1);
  if (RESERVED_SUBDOMAINS.has(label)) return { kind: 'none' };
  return isSubdomain(label) ? { kind: 'subdomain', subdomain: label } : { kind: 'impossible', host: name };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Clients send punycode; some send UTF-8, of which Node makes one letter per byte. */
function asciiOf(host: string): string {
  if (!/[^ -~]/.test(host)) return host;
  try {
    return domainToASCII(utf8.decode(Buffer.from(host, 'latin1')));
  } catch {
    return domainToASCII(host);
  }
}
