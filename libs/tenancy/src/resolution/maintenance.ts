import { unavailable } from '@finvera/common';
import { BlockList, isIP } from 'node:net';
import type { TenantMaintenance, TenantRecord } from '../directory/tenant-directory.js';

/** Who comes to a tenant: the user's e-mail address, as far as known, and the client's IP address. */
export interface Visitor {
  email?: string;
  address?: string;
}

/** Networks of allow-lists, read once per record. */
const networks = new WeakMap<TenantMaintenance, BlockList>();

/**
 * Lets in who is on the allow-list while a tenant is in maintenance, and everybody when it is not.
 * @throws DomainError 503 `tenant_maintenance` with the maintenance's message and `Retry-After`
 */
export function assertOpenFor(tenant: TenantRecord, visitor: Visitor): void {
  const { maintenance } = tenant;
  if (!maintenance) return;
  const secondsLeft = maintenance.endsAtMs === null ? Infinity : Math.ceil((maintenance.endsAtMs - Date.now()) / 1000);
  if (secondsLeft <= 0 || isAllowed(maintenance, visitor)) return;
  const retryAfterSeconds = Math.min(maintenance.retryAfterSeconds, secondsLeft);
  throw unavailable('tenant_maintenance', maintenance.message, retryAfterSeconds);
}

function isAllowed(maintenance: TenantMaintenance, { email, address }: Visitor): boolean {
  if (email !== undefined && maintenance.allowedEmails.includes(email.toLowerCase())) return true;
  const version = address === undefined ? 0 : isIP(address);
  return version !== 0 && networksOf(maintenance).check(address!, version === 4 ? 'ipv4' : 'ipv6');
}

function networksOf(maintenance: TenantMaintenance): BlockList {
  let list = networks.get(maintenance);
  if (!list) {
    list = new BlockList();
    for (const network of maintenance.allowedAddresses) addNetwork(list, network);
    networks.set(maintenance, list);
  }
  return list;
}

/**
 * Whether the text is an IP address or a network such as 10.1.0.0/16.
 */
export function isNetwork(text: string): boolean {
  try {
    addNetwork(new BlockList(), text);
    return true;
  } catch {
    return false;
  }
}

/** @throws Error when it is neither an address nor a network */
function addNetwork(list: BlockList, text: string): void {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) throw new Error(`${text} is not an IP address or network`);
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (prefix === undefined) list.addAddress(address, family);
  else if (/^\d{1,3}$/.test(prefix)) list.addSubnet(address, Number(prefix), family);
  else throw new Error(`${text} is not an IP network`);
}
