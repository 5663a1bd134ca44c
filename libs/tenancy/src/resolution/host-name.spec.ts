import fc from 'fast-check';
import { isSubdomain, readDomain, readHost, RESERVED_SUBDOMAINS } from './host-name.js';

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
    'www.localhost',
    'intranet',
    '10.0.0.7:8080',
    'two..dots',
    'a_b.example.com',
    'example.7',
  ])('%s names nobody', (host) => expect(readHost(host, 'localhost')).toEqual({ kind: 'none' }));

  it.each([
    ['example.com', 'example.com'],
    ['Books.Example.COM.:8443', 'books.example.com'],
    ['acme.localhost.example.com', 'acme.localhost.example.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['bücher.example:80', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    [Buffer.from('bücher.example').toString('latin1'), 'xn--bcher-kva.example'],
    [Buffer.from('दुकान.भारत').toString('latin1'), 'xn--11b7ah1gn.xn--h2brj9c'],
  ])('%s may be the domain %s', (host, domain) => {
    expect(readHost(host, 'localhost')).toEqual({ kind: 'domain', domain });
  });

  it.each(['a.b.localhost', "a'b.localhost", '-a.localhost', '.localhost', 'xn--a.localhost', 'a_b.localhost'])(
    '%s can be nobody',
    (host) => expect(readHost(host, 'localhost')).toMatchObject({ kind: 'impossible' }),
  );

  it('what it takes for a domain is one, and reads the same again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.webAuthority(), fc.string()), (host) => {
        const meaning = readHost(host, 'finvera.com');
        if (meaning.kind === 'domain') expect(readDomain(meaning.domain)).toBe(meaning.domain);
      }),
    );
  });

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
