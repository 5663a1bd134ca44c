import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { until } from './process.js';

/** An SMTP server that keeps what it gets. */
export class MailServer {
  /** answers every mail with a failure */
  refuse = false;
  /** takes no mail and refuses none: whoever sends it waits */
  hold = false;
  held = 0;
  private mails: { to: string[]; text: string }[] = [];
  private readonly server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (this.hold) {
          this.held += 1;
          return;
        }
        if (this.refuse) return done(new Error('not now'));
        // soft line breaks and = of quoted-printable (RFC 2045 §6.7)
        const text = Buffer.concat(chunks).toString().replace(/=\r\n/g, '').replace(/=3D/g, '=');
        this.mails.push({ to: envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  private port = 0;

  static async start(): Promise<MailServer> {
    const mails = new MailServer();
    const listening = mails.server.listen(0, '127.0.0.1');
    await new Promise((resolve) => listening.once('listening', resolve));
    mails.port = (listening.address() as AddressInfo).port;
    return mails;
  }

  /** Settings of processes whose mails it takes. */
  get env(): Record<string, string> {
    return {
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(this.port),
      SMTP_TLS: 'none',
      MAIL_FROM: 'Finvera <books@pages.example>',
      MAIL_LINK_BASE: 'http://{subdomain}.pages.example',
    };
  }

  /** The token of the link that begins so, in a mail to the address; waits for it. */
  async tokenFor(email: string, link: string): Promise<string> {
    let found: string | undefined;
    await until(async () => {
      const mail = this.mails.find(({ to, text }) => to.includes(email) && text.includes(link));
      found = mail && /[#&]token=([A-Za-z0-9_-]{43})/.exec(mail.text)?.[1];
      return found !== undefined;
    }, `a mail to ${email} with ${link}`);
    return found!;
  }

  forget(): void {
    this.mails = [];
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
