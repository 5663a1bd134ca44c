import type { RequestLimits } from '@finvera/tenancy';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Whether requests are limited, whether the count is shared, and how many were refused. */
export function rateLimitMetrics(registry: Registry, limits: RequestLimits): void {
  const registers = [registry];
  new Gauge({
    name: 'finvera_rate_limits_enabled',
    help: '0 with RATE_LIMITS=off',
    registers,
    collect() {
      this.set(limits.stats().enabled ? 1 : 0);
    },
  });
  new Gauge({
    name: 'finvera_rate_limits_shared',
    help: '1 while requests are counted over all processes, 0 while Redis is away and this process counts for itself',
    registers,
    collect() {
      this.set(limits.stats().shared ? 1 : 0);
    },
  });
  new Counter({
    name: 'finvera_rate_limited_requests_total',
    help: 'Requests answered 429 rate_limited, by whose limit was reached',
    labelNames: ['limit'],
    registers,
    collect() {
      const { refused } = limits.stats();
      this.reset();
      for (const [limit, requests] of Object.entries(refused)) this.inc({ limit }, requests);
    },
  });
}
