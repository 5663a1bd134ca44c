import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  /** 1 internal, 2 server, 3 client */
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Record<string, string | number | boolean>;
  failed: boolean;
}

interface OtlpAttribute {
  key: string;
  value: { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean };
}

const attributesOf = (list: OtlpAttribute[] = []) =>
  Object.fromEntries(
    list.map(({ key, value }) => [
      key,
      value.stringValue ??
        (value.intValue === undefined ? undefined : Number(value.intValue)) ??
        value.doubleValue ??
        value.boolValue ??
        '',
    ]),
  );

/** Takes OTLP traces over HTTP on a loopback port, as a collector would. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly contentTypes = new Set<string>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const type = request.headers['content-type'] ?? '';
        this.contentTypes.add(`${request.method} ${request.url} ${type}`);
        if (type === 'application/json') this.take(JSON.parse(Buffer.concat(chunks).toString()));
        response.writeHead(200, { 'content-type': type }).end(type === 'application/json' ? '{}' : '');
      });
    });
  }

  static async listen(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  childrenOf = (span: ReceivedSpan) => this.spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(body: {
    resourceSpans: { resource: { attributes: OtlpAttribute[] }; scopeSpans: { spans: never[] }[] }[];
  }) {
    for (const { resource, scopeSpans } of body.resourceSpans)
      for (const { spans } of scopeSpans)
        for (const { attributes, status, ...span } of spans as (Omit<ReceivedSpan, 'attributes'> & {
          attributes: OtlpAttribute[];
          status?: { code?: number };
        })[])
          this.spans.push({
            ...span,
            service: String(attributesOf(resource.attributes)['service.name']),
            attributes: attributesOf(attributes),
            failed: status?.code === 2,
          });
  }
}
