import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';

export type SpanAttributes = Record<string, string | number | boolean | undefined>;

/** A span that somebody keeps open over several callbacks. */
export interface OpenSpan {
  /** Runs work so that spans begun in it, and in what it causes, are this span's children. */
  run<T>(work: () => T): T;
  /** @param failure what went wrong; undefined when nothing did */
  end(attributes?: SpanAttributes, failure?: string): void;
}

/**
 * Traces, when an exporter is configured; this base does nothing and costs nothing. Which span is the current one
 * travels in an AsyncLocalStorage: it is for looking at only, nothing else may depend on it.
 */
export class Tracing implements OnApplicationShutdown {
  readonly enabled: boolean = false;

  /** Runs work as a span of its own, child of the current one. */
  span<T>(_name: string, _attributes: SpanAttributes, work: () => Promise<T>): Promise<T> {
    return work();
  }

  /**
   * Opens the span of a request from outside.
   * @param headers of the request: a W3C `traceparent` in them is taken over
   */
  openRequest(_name: string, _attributes: SpanAttributes, _headers: object): OpenSpan | undefined {
    return undefined;
  }

  /** Sends what is left; at most a few seconds. */
  async onApplicationShutdown(): Promise<void> {}
}

/** Gives every module the `Tracing`. Global, like configuration and logging. */
@Module({})
export class TracingModule {
  static forRoot(tracing = new Tracing()): DynamicModule {
    return {
      module: TracingModule,
      global: true,
      providers: [{ provide: Tracing, useFactory: () => tracing }],
      exports: [Tracing],
    };
  }
}
