import { ConfigError } from '../config/load-config.js';
import { OTLP_PROTOCOLS, type OtlpProtocol } from './otlp-protocol.js';
import { Tracing } from './tracing.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Traces for this process, as the standard variables of OpenTelemetry say: nothing is loaded unless
 * `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set.
 * @param service name of this process, when `OTEL_SERVICE_NAME` does not say
 * @throws ConfigError for a protocol that is not offered
 */
export async function startTracing(service: string, env: Environment = process.env): Promise<Tracing> {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const off = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
  if (!endpoint || off) return new Tracing();
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || OTLP_PROTOCOLS[0];
  if (!isOffered(protocol))
    throw new ConfigError(
      `OTEL_EXPORTER_OTLP_PROTOCOL must be one of ${OTLP_PROTOCOLS.join(', ')}; it is ${JSON.stringify(protocol)}`,
    );
  const { OpenTelemetryTracing } = await import('./opentelemetry.js');
  return new OpenTelemetryTracing(service, protocol);
}

const isOffered = (protocol: string): protocol is OtlpProtocol =>
  (OTLP_PROTOCOLS as readonly string[]).includes(protocol);
