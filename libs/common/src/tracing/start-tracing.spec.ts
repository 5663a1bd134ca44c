import { startTracing } from './start-tracing.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };

describe('startTracing', () => {
  it.each([{}, { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }, { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }])(
    'does nothing for %j, and work runs all the same',
    async (env) => {
      const tracing = await startTracing('finvera-test', env);
      expect(tracing.enabled).toBe(false);
      expect(await tracing.span('a span', {}, async () => 7)).toBe(7);
      expect(tracing.openRequest('a request', {}, {})).toBeUndefined();
    },
  );

  it('refuses a protocol that it cannot speak, with the variable’s name', async () => {
    await expect(startTracing('finvera-test', { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).rejects.toThrow(
      /OTEL_EXPORTER_OTLP_PROTOCOL must be one of http\/protobuf, http\/json; it is "grpc"/,
    );
  });
});
