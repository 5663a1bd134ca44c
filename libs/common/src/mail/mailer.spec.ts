import { Logger } from '@nestjs/common';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { loadConfig } from '../config/load-config.js';
import { assertMailSettings, MailConfig } from './mail.config.js';
import { Mailer } from './mailer.js';

const MAIL = { to: 'ravi@acme.example', subject: 'Invited', text: 'Come in:\nhttps://acme.example.com/x#token=1\n' };
const mailer = (env: Record<string, string>) => new Mailer(loadConfig(MailConfig, { MAIL_TIMEOUT_MS: '1000', ...env }));
const portOf = (server: Server) => String((server.address() as { port: number }).port);

Logger.overrideLogger(false);

describe('Mails', () => {
  it('go through SMTP, and what the server refuses is said', async () => {
    const taken: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      hideSTARTTLS: true,
      onRcptTo: ({ address }, _session, done) => done(address.startsWith('nobody') ? new Error('no such user') : null),
      onData: (stream, _session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          taken.push(Buffer.concat(chunks).toString());
          done();
        });
      },
    });
    const listening = server.listen(0, '127.0.0.1');
    await new Promise((resolve) => listening.once('listening', resolve));
    try {
      const smtp = { SMTP_HOST: '127.0.0.1', SMTP_PORT: portOf(listening), MAIL_FROM: 'Books <books@acme.example>' };
      const open = mailer({ ...smtp, SMTP_TLS: 'none' });
      expect(await open.send(MAIL)).toEqual({ sent: true, via: 'smtp' });
      expect(taken).toHaveLength(1);
      expect(taken[0]).toContain('To: ravi@acme.example');
      expect(taken[0]).toContain('From: Books <books@acme.example>');
      expect(taken[0]).toContain('https://acme.example.com/x#token=1');
      const refused = await open.send({ ...MAIL, to: 'nobody@acme.example' });
      expect(refused).toEqual({ sent: false, via: 'smtp', problem: expect.stringContaining('Try again') });
      // a server that does not encrypt gets nothing
      expect(await mailer(smtp).send(MAIL)).toMatchObject({ sent: false });
      expect(taken).toHaveLength(1);
    } finally {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });

  it('wait for a server that says nothing no longer than they may', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      const env = { SMTP_HOST: '127.0.0.1', SMTP_PORT: portOf(silent), MAIL_TIMEOUT_MS: '200' };
      const waiting = mailer(env);
      const sends = await Promise.all(Array.from({ length: 20 }, () => waiting.send(MAIL)));
      expect(sends.every(({ sent }) => !sent)).toBe(true);
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  it('are written to a folder where no server is set, and refused in production', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mails-'));
    try {
      expect(await mailer({ MAIL_FOLDER: folder }).send(MAIL)).toEqual({ sent: true, via: 'folder' });
      const [file] = readdirSync(folder);
      expect(file).toMatch(/\.eml$/);
      expect(readFileSync(join(folder, file!), 'utf8')).toContain('https://acme.example.com/x#token=1');
      const none = mailer({ MAIL_FOLDER: folder, NODE_ENV: 'production' });
      expect(() => none.assertReady()).toThrow(expect.objectContaining({ status: 503, code: 'mail_not_configured' }));
      await expect(none.send(MAIL)).rejects.toMatchObject({ code: 'mail_not_configured' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('need an address to come from and pages to lead to', () => {
    const config = (env: Record<string, string>) => loadConfig(MailConfig, env);
    expect(() => assertMailSettings(config({}), '')).not.toThrow();
    expect(() => assertMailSettings(config({ SMTP_HOST: 'mail.example.com' }), '')).toThrow(
      /MAIL_FROM[\s\S]*MAIL_LINK_BASE/,
    );
    const whole = config({ SMTP_HOST: 'mail.example.com', MAIL_FROM: 'no-reply@example.com' });
    expect(() => assertMailSettings(whole, 'https://{subdomain}.example.com')).not.toThrow();
    expect(() => config({ MAIL_FROM: 'nobody' })).toThrow('MAIL_FROM must be an address');
    expect(() => config({ SMTP_TLS: 'maybe' })).toThrow('SMTP_TLS must be');
  });
});
