import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { call } from './support/http.js';
import { OtlpReceiver, type ReceivedSpan } from './support/otlp-receiver.js';
import { type GivenTenant, givenPlatform, type Platform } from './support/platform.js';
import { until } from './support/process.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER_SPAN = 'b7ad6b7169203331';
const SERVER = 2;
const CLIENT = 3;

describe('traces', () => {
  let receiver: OtlpReceiver;

  beforeAll(async () => {
    receiver = await OtlpReceiver.listen();
  });

  afterAll(() => receiver.close());

  describe('with an exporter configured', () => {
    let platform: Platform;
    let acme: GivenTenant;

    beforeAll(async () => {
      platform = await givenPlatform({
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
          OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
          OTEL_BSP_SCHEDULE_DELAY: '50',
          TENANT_POOL_IDLE_MS: '200',
        },
      });
      acme = await platform.givenTenant();
    });

    const requestSpan = (requestId: unknown): Promise<ReceivedSpan> =>
      until(
        async () =>
          receiver.spans.find(
            ({ kind, attributes }) => kind === SERVER && attributes['finvera.request_id'] === requestId,
          ),
        `the span of request ${String(requestId)}`,
        10_000,
      );

    it('a request is a span of the caller’s trace; resolving, leasing and its statements are its children', async () => {
      const headers = { traceparent: `00-${TRACE_ID}-${CALLER_SPAN}-01` };
      const answer = await acme.user.get('/api/ledgers?search=Confidential', { headers });
      const request = await requestSpan(answer.headers['x-request-id']);
      expect(request).toMatchObject({
        service: 'finvera-api',
        name: 'GET /api/ledgers',
        traceId: TRACE_ID,
        parentSpanId: CALLER_SPAN,
        failed: false,
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/api/ledgers',
          'http.response.status_code': 200,
          'finvera.tenant_id': acme.id,
        },
      });
      const children = receiver.childrenOf(request);
      expect(children.map(({ name }) => name)).toEqual(expect.arrayContaining(['tenant: resolve', 'tenant: lease']));
      const select = children.find(({ attributes }) => /FROM ledgers/.test(String(attributes['db.query.text'])))!;
      expect(select).toMatchObject({
        name: 'SELECT',
        kind: CLIENT,
        traceId: TRACE_ID,
        attributes: {
          'db.system': 'mysql',
          'db.operation.name': 'SELECT',
          'db.namespace': acme.dbName,
          'db.response.returned_rows': 0,
          'server.address': platform.database.host,
          'server.port': platform.database.port,
        },
      });
      for (const child of children) {
        expect(BigInt(child.startTimeUnixNano) >= BigInt(request.startTimeUnixNano)).toBe(true);
        // each span begins on a whole millisecond of the clock, so that ends differ by less than one
        expect(BigInt(child.endTimeUnixNano) <= BigInt(request.endTimeUnixNano) + 1_000_000n).toBe(true);
      }
      expect(JSON.stringify(receiver.spans)).not.toContain('Confidential');
    });

    it('what a request with a body does is its child as well, each statement of the transaction', async () => {
      const json = { name: 'A Secret Customer', group: 'Sundry Debtors' };
      const answer = await acme.user.post('/api/ledgers', json);
      expect(answer.status).toBe(201);
      const request = await requestSpan(answer.headers['x-request-id']);
      expect(request.parentSpanId ?? '').toBe('');
      const statements = receiver.childrenOf(request).filter(({ kind }) => kind === CLIENT);
      expect(statements.map(({ name }) => name)).toEqual(expect.arrayContaining(['START', 'INSERT', 'COMMIT']));
      expect(JSON.stringify(receiver.spans)).not.toContain('Secret');
    });

    it('waiting for a connection is a span, opening one is its child', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_500)); // idle connections are closed
      const answer = await acme.user.get('/api/ledgers');
      const request = await requestSpan(answer.headers['x-request-id']);
      const wait = receiver.childrenOf(request).find(({ name }) => name === 'tenant: wait for a connection')!;
      expect(receiver.childrenOf(wait).map(({ name }) => name)).toContain('connect');
    });

    it('a failure says its kind, and concurrent requests do not mix', async () => {
      const answers = await Promise.all([
        ...Array.from({ length: 20 }, () => acme.user.get('/api/ledgers')),
        acme.user.get('/api/ledgers/1'),
        call(platform.port, '/api/ledgers', { host: `nobody-${acme.subdomain}.localhost` }),
      ]);
      const requests = await Promise.all(answers.map(({ headers }) => requestSpan(headers['x-request-id'])));
      expect(new Set(requests.map(({ traceId }) => traceId)).size).toBe(answers.length);
      for (const request of requests.slice(0, 20))
        expect(receiver.childrenOf(request).filter(({ name }) => name === 'tenant: lease')).toHaveLength(1);
      const refused = receiver.childrenOf(requests.at(-1)!).find(({ name }) => name === 'tenant: resolve')!;
      expect(refused).toMatchObject({ failed: true, attributes: { 'error.type': 'tenant_not_found' } });
    });

    it('an operation in the worker is a trace: its steps, and their statements', async () => {
      const bolt = await platform.givenTenant();
      const answer = await platform.admin.delete(`/api/admin/tenants/${bolt.id}`, { confirm: 'DELETE' });
      const { id } = answer.body.data.operation;
      const operation = await until(
        async () => receiver.spans.find(({ attributes }) => attributes['finvera.operation_id'] === id),
        'the span of the operation',
      );
      expect(operation).toMatchObject({
        service: 'finvera-worker',
        name: 'operation delete_tenant',
        attributes: { 'finvera.tenant_id': bolt.id, 'finvera.request_id': answer.headers['x-request-id'] },
      });
      const steps = receiver.childrenOf(operation).filter(({ kind }) => kind !== CLIENT);
      expect(steps.length).toBeGreaterThan(0);
      expect(steps.flatMap(receiver.childrenOf).some(({ kind }) => kind === CLIENT)).toBe(true);
    });
  });

  it.each([
    ['without an exporter the SDK is not loaded', {}, 0],
    ['and switched off neither', { OTEL_EXPORTER_OTLP_ENDPOINT: 'set', OTEL_TRACES_EXPORTER: 'none' }, 0],
    ['the default protocol is protobuf', { OTEL_EXPORTER_OTLP_ENDPOINT: 'set' }, 1],
  ])('%s', async (_, env: Record<string, string>, loaded) => {
    const common = pathToFileURL(`${process.cwd()}/dist/libs/common/src/index.js`).href;
    const script = `
      import { createRequire } from 'node:module';
      import { startTracing } from '${common}';
      const tracing = await startTracing('finvera-test');
      await tracing.span('a span', {}, async () => undefined);
      await tracing.onApplicationShutdown();
      const files = Object.keys(createRequire('${common}').cache);
      console.log(Number(files.some((file) => file.includes('@opentelemetry/sdk'))));
      process.exit();`;
    const given = 'OTEL_EXPORTER_OTLP_ENDPOINT' in env ? { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } : env;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { PATH: process.env.PATH, ...given },
    });
    expect(Number(stdout)).toBe(loaded);
    if (loaded) expect([...receiver.contentTypes]).toContain('POST /v1/traces application/x-protobuf');
  });
});
