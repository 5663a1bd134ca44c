import fc from 'fast-check';
import { isSubdomain, readHost, RESERVED_SUBDOMAINS } from './host-name.js';

describe('readHost', () => {
  it.each([
    ['acme.localhost', 'acme'],
    ['acme.localhost:3000', 'acme'],
    ['acme.localhost.', 'acme'],
    ['ACME.LocalHost.:80', 'acme'],
  ])('%s names %s', (host, subdomain) => {
    expect(readHost(host, 'localhost')).toEqual({ kind: 'subdomain', subdomain });
  });

  it.each([
    undefined,
    '',
    'localhost',
    'localhost:3000',
    '127.0.0.1',
    '[::1]:3000',
    'example.com',
    'www.localhost',
    'acme.localhost.example.com',
  ])('%s names nobody', (host) => expect(readHost(host, 'localhost')).toEqual({ kind: 'none' }));

  it.each(['a.b.localhost', "a'b.localhost", '-a.localhost', '.localhost', 'xn--a.localhost', 'a_b.localhost'])(
    '%s can be nobody',
    (host) => expect(readHost(host, 'localhost')).toMatchObject({ kind: 'impossible' }),
  );

  it('never names a tenant that could not have been created', () => {
    fc.assert(
      fc.property(fc.string(), (label) => {
        const meaning = readHost(`${label}.finvera.com`, 'finvera.com');
        if (meaning.kind === 'subdomain') {
          expect(isSubdomain(meaning.subdomain)).toBe(true);
          expect(RESERVED_SUBDOMAINS.has(meaning.subdomain)).toBe(false);
        }
      }),
    );
  });
});
