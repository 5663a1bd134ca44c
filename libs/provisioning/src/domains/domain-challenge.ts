import type { TenantDomain } from '@finvera/master-data';

type Challenged = Pick<TenantDomain, 'id' | 'domain' | 'challengeToken'>;

/** What the owner of a domain shows to prove that it is the company's: a TXT record, or a page. */
export function challengeOf({ id, domain, challengeToken }: Challenged) {
  const proof = `finvera-domain=${challengeToken}`;
  return {
    dns: { name: `_finvera-challenge.${domain}`, type: 'TXT', value: proof },
    // the address does not hold the proof: a server that repeats what it is asked for proves nothing
    http: { url: `http://${domain}/.well-known/finvera-challenge/${id}`, body: proof },
  };
}
