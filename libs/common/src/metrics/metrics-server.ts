import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createServer, type Server } from 'node:http';
import type { Metrics } from './metrics.module.js';

/** Serves `GET /metrics` to this machine alone, for processes that have no HTTP of their own. */
export class MetricsServer implements OnModuleInit, OnApplicationShutdown {
  private server?: Server;

  /** @param port 0: nothing is served */
  constructor(
    private readonly metrics: Metrics,
    private readonly port: number,
  ) {}

  async onModuleInit(): Promise<void> {
    if (this.port === 0) return;
    const { registry } = this.metrics;
    const server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      registry.metrics().then(
        (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    new Logger(MetricsServer.name).log({ msg: 'serving metrics', url: `http://127.0.0.1:${this.port}/metrics` });
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}
