import { Logger } from '@nestjs/common';
import {
  context,
  type DiagLogger,
  diag,
  DiagLogLevel,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { hostname } from 'node:os';
import { DomainError } from '../errors/domain-error.js';
import type { OtlpProtocol } from './otlp-protocol.js';
import { traceStatements } from './trace-statements.js';
import { type OpenSpan, type SpanAttributes, Tracing } from './tracing.js';

const FLUSH_MAX_MS = 3_000;
/** A collector that is away fails every few seconds; the log needs not say so each time. */
const COMPLAIN_EVERY_MS = 60_000;

/** Traces by OpenTelemetry, sent by OTLP over HTTP. Loaded only when an exporter is configured. */
export class OpenTelemetryTracing extends Tracing {
  override readonly enabled = true;
  private readonly provider: NodeTracerProvider;
  private readonly tracer: Tracer;

  /** Sampler, endpoint, headers, batches and limits are read from the standard `OTEL_…` variables by the SDK. */
  constructor(service: string, protocol: OtlpProtocol) {
    super();
    diag.setLogger(complaints(), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    const own = resourceFromAttributes({
      'service.name': service,
      'service.namespace': 'finvera',
      'service.instance.id': `${hostname()}:${process.pid}`,
      'host.name': hostname(),
      'process.pid': process.pid,
    });
    const exporter = protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter();
    this.provider = new NodeTracerProvider({
      resource: own.merge(detectResources({ detectors: [envDetector] })),
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    this.provider.register();
    this.tracer = trace.getTracer('finvera');
    traceStatements(this.tracer);
  }

  override span<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T> {
    return this.tracer.startActiveSpan(name, { attributes }, async (span) => {
      try {
        return await work();
      } catch (error) {
        fail(span, error instanceof DomainError ? error.code : (error as Error)?.name);
        throw error;
      } finally {
        span.end();
      }
    });
  }

  override openRequest(name: string, attributes: SpanAttributes, headers: object): OpenSpan {
    const parent = propagation.extract(context.active(), headers);
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    const inside = trace.setSpan(parent, span);
    return {
      run: (work) => context.with(inside, work),
      end: (more = {}, failure) => {
        span.setAttributes(more);
        if (failure !== undefined) fail(span, failure);
        span.end();
      },
    };
  }

  override async onApplicationShutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FLUSH_MAX_MS);
    });
    await Promise.race([this.provider.shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }
}

/** Only the kind of failure: messages may hold what people typed. */
function fail(span: Span, kind = 'error'): void {
  span.setAttribute('error.type', kind);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function complaints(): DiagLogger {
  const logger = new Logger('Tracing');
  let nextMs = 0;
  const complain = (message: string) => {
    const now = performance.now();
    if (now < nextMs) return;
    nextMs = now + COMPLAIN_EVERY_MS;
    logger.warn({ msg: 'traces cannot be sent', reason: message.slice(0, 500) });
  };
  const nothing = () => undefined;
  return { error: complain, warn: complain, info: nothing, debug: nothing, verbose: nothing };
}
