import { loadConfig } from '@finvera/common';
import type { TenantDomain } from '@finvera/master-data';
import { createSocket } from 'node:dgram';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDns } from '../../../../test/support/dns.js';
import { ProvisioningConfig } from '../provisioning.config.js';
import { challengeOf } from './domain-challenge.js';
import { LookForChallenge } from './look-for-challenge.js';

const NAME = 'books.acme.example';

describe('the proof that a domain is a company’s', () => {
  const domain = { id: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f', domain: NAME, challengeToken: 'secret' } as TenantDomain;
  const challenge = challengeOf(domain);
  let dns: Awaited<ReturnType<typeof startDns>>;
  let web: Server;
  let answer: (path: string, reply: ServerResponse) => void;
  let requests: { path: string; host: string | undefined }[] = [];

  beforeAll(async () => {
    dns = await startDns();
    web = createServer((request, reply) => {
      requests.push({ path: request.url!, host: request.headers.host });
      answer(request.url!, reply);
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  });

  beforeEach(() => {
    dns.addresses.clear();
    dns.texts.clear();
    requests = [];
    answer = (_path, reply) => reply.writeHead(404).end();
  });

  afterAll(async () => {
    web.closeAllConnections();
    await new Promise((resolve) => web.close(resolve));
    await dns.stop();
  });

  const looker = (settings: Record<string, string> = {}) =>
    new LookForChallenge(
      loadConfig(ProvisioningConfig, {
        DOMAIN_DNS_SERVERS: dns.server,
        DOMAIN_HTTP_PORT: String((web.address() as AddressInfo).port),
        DOMAIN_PRIVATE_ADDRESSES: 'true',
        ...settings,
      }),
    );

  it('is a TXT record, among others and in any number of parts', async () => {
    dns.texts.set(challenge.dns.name, [['v=spf1 -all'], ['finvera-', 'domain=', 'secret']]);
    expect(await looker().look(domain, ['dns'])).toEqual({ foundBy: 'dns', lacks: [] });
  });

  it('is not another text, and says what is missing', async () => {
    expect((await looker().look(domain, ['dns'])).lacks).toEqual([
      { kind: 'dns', message: `there is no TXT record at _finvera-challenge.${NAME}` },
    ]);
    dns.texts.set(challenge.dns.name, [['finvera-domain=another']]);
    expect((await looker().look(domain, ['dns'])).lacks[0]!.message).toMatch(/do not say finvera-domain=secret/);
  });

  it('is a page, asked for under the domain’s own name', async () => {
    dns.addresses.set(NAME, ['127.0.0.1']);
    answer = (_path, reply) => reply.end(`${challenge.http.body}\n`);
    expect(await looker().look(domain, ['dns', 'http'])).toEqual({ foundBy: 'http', lacks: [expect.anything()] });
    expect(requests).toEqual([{ path: `/.well-known/finvera-challenge/${domain.id}`, host: NAME }]);
  });

  it.each<[string, (path: string, reply: ServerResponse) => void, RegExp]>([
    [
      'a redirection',
      (_path, reply) => reply.writeHead(302, { location: 'http://127.0.0.1:6379/' }).end(),
      /answers 302/,
    ],
    ['what was asked for', (path, reply) => reply.end(path), /does not answer finvera-domain/],
    ['an endless page', (_path, reply) => reply.end('x'.repeat(100_000)), /cannot be reached/],
    ['the proof with an error', (_path, reply) => reply.writeHead(500).end(challenge.http.body), /answers 500/],
    ['nothing', (_path, reply) => reply.destroy(), /cannot be reached/],
  ])('is not %s', async (_what, reply, message) => {
    dns.addresses.set(NAME, ['127.0.0.1']);
    answer = reply;
    const { foundBy, lacks } = await looker().look(domain, ['http']);
    expect(foundBy).toBeUndefined();
    expect(lacks[0]!.message).toMatch(message);
    expect(lacks[0]!.message).not.toMatch(/6379|xxx/);
    expect(requests).toHaveLength(1);
  });

  it.each([
    '127.0.0.1',
    '10.0.0.7',
    '169.254.169.254',
    '192.168.1.1',
    '100.64.0.1',
    '::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
  ])('is not looked for at %s: requests go to public addresses alone', async (address) => {
    dns.addresses.set(NAME, [address]);
    answer = (_path, reply) => reply.end(challenge.http.body);
    const { lacks } = await looker({ DOMAIN_PRIVATE_ADDRESSES: 'false' }).look(domain, ['http']);
    expect(lacks[0]!.message).toBe(`${NAME} has no public address`);
    expect(requests).toHaveLength(0);
  });

  it('a DNS server that says nothing is given up on', async () => {
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    const { lacks } = await looker({ DOMAIN_DNS_SERVERS: `127.0.0.1:${silent.address().port}` }).look(domain, ['dns']);
    silent.close();
    expect(lacks[0]!.message).toBe(`the DNS does not answer for ${challenge.dns.name}`);
  });

  it('servers that are none stop the process with a sentence', () => {
    expect(() => looker({ DOMAIN_DNS_SERVERS: 'dns.example' })).toThrow(/DOMAIN_DNS_SERVERS must be addresses/);
  });
});
