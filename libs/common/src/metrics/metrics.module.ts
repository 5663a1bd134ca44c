import { type DynamicModule, Injectable, Module } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * The Prometheus registry of this process. Labels have few values that are known beforehand, or that the platform's
 * own tables bound (routes, servers, kinds of operation): never a tenant, an id or a path.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}

/** Gives every module the `Metrics`. Global, like configuration and logging. */
@Module({})
export class MetricsModule {
  static forRoot(): DynamicModule {
    return { module: MetricsModule, global: true, providers: [Metrics], exports: [Metrics] };
  }
}
