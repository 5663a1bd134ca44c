import ipaddr from 'ipaddr.js';

/** Not in a private network, not this machine, not reserved: requests on behalf of somebody go to the internet alone. */
export const isPublicAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
