import { context, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { tracingChannel, type TracingChannelSubscribers } from 'node:diagnostics_channel';
import { withoutValues } from '../sql/without-values.js';

/** What mysql2 publishes on its channels; one object goes through all events of a statement. */
interface StatementEvent {
  query?: string;
  database?: string;
  serverAddress?: string;
  serverPort?: number;
  error?: { code?: string };
  result?: unknown;
}

/**
 * A span for each SQL statement and each connection that is opened, of the master and of the tenants alike: mysql2
 * tells of them on diagnostics channels. Only inside another span: what nobody asked for is not traced.
 */
export function traceStatements(tracer: Tracer): void {
  const spans = new WeakMap<object, Span>();
  const end = (event: StatementEvent) => {
    const span = spans.get(event);
    if (!span) return;
    spans.delete(event);
    const rows = rowsOf(event.result);
    if (rows !== undefined) span.setAttribute('db.response.returned_rows', rows);
    if (event.error) {
      span.setAttribute('error.type', event.error.code ?? 'error');
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  };
  const subscribe = (channel: string, describe: (event: StatementEvent) => { name: string; attributes: object }) =>
    tracingChannel<unknown, StatementEvent>(channel).subscribe({
      start: (event: StatementEvent) => {
        if (!trace.getSpan(context.active())) return;
        const { name, attributes } = describe(event);
        spans.set(
          event,
          tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: { ...place(event), ...attributes } }),
        );
      },
      asyncStart: end,
      // thrown before it was sent: nothing more comes
      end: (event: StatementEvent) => event.error && end(event),
      asyncEnd: () => undefined,
      error: () => undefined,
    } as TracingChannelSubscribers<StatementEvent>);
  for (const channel of ['mysql2:query', 'mysql2:execute']) subscribe(channel, describeStatement);
  subscribe('mysql2:connect', () => ({ name: 'connect', attributes: {} }));
}

function describeStatement({ query = '' }: StatementEvent) {
  const text = withoutValues(query);
  const operation = /^\(*\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
  return { name: operation, attributes: { 'db.query.text': text, 'db.operation.name': operation } };
}

const place = ({ database, serverAddress, serverPort }: StatementEvent) => ({
  'db.system': 'mysql',
  'db.system.name': 'mysql',
  'db.namespace': database || undefined,
  'server.address': serverAddress,
  'server.port': serverPort,
});

/** Rows of a SELECT; rows changed by anything else. */
const rowsOf = (result: unknown): number | undefined =>
  Array.isArray(result) ? result.length : (result as { affectedRows?: number } | undefined)?.affectedRows;
