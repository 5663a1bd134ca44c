import { isPublicAddress } from '@finvera/common';
import type { TenantDomain } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { Resolver } from 'node:dns/promises';
import { request } from 'node:http';
import { ProvisioningConfig } from '../provisioning.config.js';
import type { ChallengeKind } from './domain.dto.js';
import { challengeOf } from './domain-challenge.js';

const DNS_TRY_MS = 1_500;
const DNS_TRIES = 2;
/** For all of one challenge. */
const LOOK_MAX_MS = 5_000;
const BODY_MAX_BYTES = 1_024;

/** What is wrong, for people; undefined: the proof is there. */
type Finding = string | undefined;

/** Looks in DNS and on the web for the proof that a domain belongs to a company. Bounded in time and size. */
@Injectable()
export class LookForChallenge {
  constructor(private readonly config: ProvisioningConfig) {}

  /** @returns by which of the kinds it was found, or what each of them lacks */
  async look(
    domain: TenantDomain,
    kinds: readonly ChallengeKind[],
  ): Promise<{ foundBy?: ChallengeKind; lacks: { kind: ChallengeKind; message: string }[] }> {
    const findings = await Promise.all(
      kinds.map(async (kind) => ({ kind, lacks: await (kind === 'dns' ? this.inDns(domain) : this.onWeb(domain)) })),
    );
    return {
      foundBy: findings.find(({ lacks }) => lacks === undefined)?.kind,
      lacks: findings.flatMap(({ kind, lacks }) => (lacks === undefined ? [] : [{ kind, message: lacks }])),
    };
  }

  private async inDns(domain: TenantDomain): Promise<Finding> {
    const { name, value } = challengeOf(domain).dns;
    try {
      const records = await this.ask((resolver) => resolver.resolveTxt(name));
      const texts = records.map((parts) => parts.join('').trim());
      return texts.includes(value) ? undefined : `the TXT records of ${name} do not say ${value}`;
    } catch (error) {
      return isAbsent(error) ? `there is no TXT record at ${name}` : `the DNS does not answer for ${name}`;
    }
  }

  private async onWeb(domain: TenantDomain): Promise<Finding> {
    const { url, body } = challengeOf(domain).http;
    const addresses = await this.addressesOf(domain.domain);
    if (addresses.length === 0) return `${domain.domain} has no address`;
    const address = addresses.find((one) => this.config.DOMAIN_PRIVATE_ADDRESSES || isPublicAddress(one));
    if (!address) return `${domain.domain} has no public address`;
    const answer = await this.fetch(address, url).catch(() => undefined);
    if (!answer) return `${url} cannot be reached`;
    if (answer.status !== 200) return `${url} answers ${answer.status} instead of 200`;
    return answer.text.trim() === body ? undefined : `${url} does not answer ${body}`;
  }

  private async addressesOf(domain: string): Promise<string[]> {
    const found = await Promise.allSettled([
      this.ask((resolver) => resolver.resolve4(domain)),
      this.ask((resolver) => resolver.resolve6(domain)),
    ]);
    return found.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }

  private async ask<T>(question: (resolver: Resolver) => Promise<T>): Promise<T> {
    const resolver = new Resolver({ timeout: DNS_TRY_MS, tries: DNS_TRIES });
    const { DOMAIN_DNS_SERVERS: servers } = this.config;
    if (servers !== '') resolver.setServers(servers.split(',').map((server) => server.trim()));
    const patience = setTimeout(() => resolver.cancel(), LOOK_MAX_MS);
    try {
      return await question(resolver);
    } finally {
      clearTimeout(patience);
    }
  }

  /** From the address that was judged, whatever the name says a moment later; redirects are not followed. */
  private fetch(address: string, url: string): Promise<{ status: number; text: string }> {
    const { hostname, pathname } = new URL(url);
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: address,
          port: this.config.DOMAIN_HTTP_PORT,
          path: pathname,
          headers: { host: hostname, accept: 'text/plain', 'user-agent': 'finvera' },
          agent: false,
          signal: AbortSignal.timeout(LOOK_MAX_MS),
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
            if (text.length > BODY_MAX_BYTES) response.destroy(new Error('the answer is too long'));
          });
          response.on('error', reject);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  }
}

const isAbsent = (error: unknown): boolean =>
  ['ENOTFOUND', 'ENODATA'].includes((error as { code?: string } | null)?.code ?? '');
