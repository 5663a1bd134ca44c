import { Metrics, readInTime } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';

const STATUSES = ['verified', 'damaged'] as const;
const COUNT = `SELECT status, COUNT(*) AS backups FROM backups WHERE status IN ('verified', 'damaged') GROUP BY status`;

/** How many backups can be restored, and how many cannot. */
@Injectable()
export class BackupMetrics {
  constructor({ registry }: Metrics, @InjectDataSource() master: DataSource) {
    new Gauge({
      name: 'finvera_backups',
      help: 'Backups of companies on the whole platform; damaged: the last trial restore failed',
      labelNames: ['status'],
      registers: [registry],
      async collect() {
        this.reset();
        const rows: { status: string; backups: string }[] | null = await readInTime(master.query(COUNT), null);
        if (!rows) return;
        const found = new Map(rows.map(({ status, backups }) => [status, Number(backups)]));
        for (const status of STATUSES) this.set({ status }, found.get(status) ?? 0);
      },
    });
  }
}
