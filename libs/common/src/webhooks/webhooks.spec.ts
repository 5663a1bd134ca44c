import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { pauseAfter } from './backoff.js';
import { sendWebhook } from './send-webhook.js';
import { checkedUrl } from './webhook-url.js';

describe('where webhooks may go', () => {
  it.each([
    'http://example.com/', 'https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://[::1]/', 'https://[::ffff:10.0.0.1]/',
    'https://10.1.2.3/', 'https://192.168.0.1/', 'https://169.254.169.254/latest/meta-data/', 'https://[fe80::1]/', 'https://[fd00::1]/', 'https://100.64.0.1/',
    'https://0.0.0.0/', 'https://localhost/', 'https://x.localhost/', 'https://user@example.com/', 'https://example.com/#a', 'file:///etc/passwd', 'example.com',
  ])('%s is refused', (url) => {
    expect(() => checkedUrl(url, { allowPrivate: false })).toThrow(expect.objectContaining({ code: 'validation_failed' }));
  }); // biome-ignore format: a list

  it('public addresses by https are taken; private ones and http where the setting says so', () => {
    expect(checkedUrl('https://hooks.example.com:8443/a?b=c', { allowPrivate: false })).toBe('https://hooks.example.com:8443/a?b=c'); // biome-ignore format: one line
    expect(checkedUrl('http://127.0.0.1:3001/', { allowPrivate: true })).toBe('http://127.0.0.1:3001/');
  });

  it('a name that resolves to a private address is not connected to, whatever it was when it was added', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as AddressInfo;
    for (const name of ['localhost', hostname(), '127.0.0.1', '[::1]'])
      expect(await sendWebhook(`http://${name}:${port}/`, {}, '{}', { timeoutMs: 2_000, allowPrivate: false })).toEqual(
        {
          error: expect.stringMatching(/private|not known/),
        },
      );
    expect(asked).toBe(0);
    expect(await sendWebhook(`http://localhost:${port}/`, {}, '{}', { timeoutMs: 2_000, allowPrivate: true })).toMatchObject({ status: 200 }); // biome-ignore format: one line
    server.close();
  });

  it('a receiver that does not answer is left after the time it may take; one that sends without end is cut off', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/flood') {
        response.writeHead(200);
        const more = setInterval(() => response.write('x'.repeat(100_000)), 1);
        response.on('close', () => clearInterval(more));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const options = { timeoutMs: 300, allowPrivate: true };
    expect(await sendWebhook(`${at}/silent`, {}, '{}', options)).toEqual({ error: 'no answer within 300 ms' });
    expect(await sendWebhook(`${at}/flood`, {}, '{}', options)).toMatchObject({ status: 200 });
    await new Promise<void>((resolve) => server.close(() => resolve())); // ends only when its connections have
    const refused = await sendWebhook(at, {}, '{}', options);
    expect(refused.error).toMatch(/ECONNREFUSED/);
  });
});

describe('the pause between tries', () => {
  it('grows fourfold, give or take a quarter, up to half a day', () => {
    expect([1, 2, 3].map((attempts) => pauseAfter(attempts, 5_000, 0.5))).toEqual([5_000, 20_000, 80_000]);
    expect([pauseAfter(1, 1_000, 0), pauseAfter(1, 1_000, 1)]).toEqual([750, 1_250]);
    expect(pauseAfter(30, 5_000, 0.5)).toBe(43_200_000);
  });
});
