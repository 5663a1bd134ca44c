import { Metrics, readInTime } from '@finvera/common';
import type { StorageLevel } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Counter, Gauge } from 'prom-client';
import { DataSource } from 'typeorm';

const COUNT = `SELECT storage_level AS level, COUNT(*) AS tenants FROM tenant_master
  WHERE storage_level IN ('near_limit', 'full') AND status IN ('active', 'suspended') GROUP BY storage_level`;

/** Companies near and at the limit of their storage. */
@Injectable()
export class StorageMetrics {
  private readonly crossings: Counter<'from' | 'to'>;

  constructor({ registry }: Metrics, @InjectDataSource() master: DataSource) {
    this.crossings = new Counter({
      name: 'finvera_storage_crossings_total',
      help: 'Companies that this process found to have crossed 80 % or 100 % of their storage, upwards or downwards',
      labelNames: ['from', 'to'],
      registers: [registry],
    });
    new Gauge({
      name: 'finvera_storage_tenants',
      help: 'Companies near (80 %) and at the limit of their storage, on the whole platform',
      labelNames: ['level'],
      registers: [registry],
      async collect() {
        this.reset();
        const rows: { level: string; tenants: string }[] | null = await readInTime(master.query(COUNT), null);
        if (!rows) return;
        const found = new Map(rows.map(({ level, tenants }) => [level, Number(tenants)]));
        for (const level of ['near_limit', 'full']) this.set({ level }, found.get(level) ?? 0);
      },
    });
  }

  crossed(from: StorageLevel, to: StorageLevel): void {
    this.crossings.inc({ from, to });
  }
}
