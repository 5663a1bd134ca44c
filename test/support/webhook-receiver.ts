import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { until } from './process.js';

export interface ReceivedWebhook {
  id: string;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: events of many shapes, asserted field by field
  body: any;
}

/** What the receiver answers; null: nothing, the connection stays open. */
export type ReceiverAnswer = { status: number; headers?: Record<string, string> } | null;

/** A receiver of webhooks on loopback. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  answer: (webhook: ReceivedWebhook, before: number) => ReceiverAnswer = () => ({ status: 204 });
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const id = String(request.headers['webhook-id']);
      const webhook = { id, headers: request.headers, text, body: text && JSON.parse(text) };
      const before = this.received.filter((other) => other.id === id).length;
      this.received.push(webhook);
      const answer = this.answer(webhook, before);
      if (answer) response.writeHead(answer.status, answer.headers).end();
    });
  });

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Those of a type, when there are so many. */
  until(type: string, count = 1): Promise<ReceivedWebhook[]> {
    return until(
      async () => {
        const found = this.received.filter(({ body }) => body.type === type);
        return found.length >= count && found;
      },
      `${count} × ${type}; there are ${this.received.map(({ body }) => body.type).join(', ')}`,
      20_000,
    );
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** As the official library of Standard Webhooks has it. @throws Error when the signature or the time is not right */
export const verifySignature = ({ headers, text }: ReceivedWebhook, secret: string): unknown =>
  new Webhook(secret).verify(text, headers as Record<string, string>);
