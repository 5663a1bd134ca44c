import { InjectTenantDataSource, TenantDataSource } from '@finvera/tenancy';
import { readJson } from '@finvera/common';
import { Injectable } from '@nestjs/common';
import type { ImportOptions } from './import-options.js';
import type { ImportStatus } from './import-store.js';
import { RunImport } from './run-import.js';
import { UndoImport } from './undo-import.js';

const UNDER_WAY = "SELECT id FROM book_imports WHERE status IN ('running', 'undoing') ORDER BY id";

/** Whatever is under way of an import, one step at a time. */
@Injectable()
export class ImportSteps {
  constructor(
    @InjectTenantDataSource() private readonly dataSource: TenantDataSource,
    private readonly runImport: RunImport,
    private readonly undoImport: UndoImport,
  ) {}

  /** @returns whether there is more to do */
  async step(id: string, signal?: AbortSignal): Promise<boolean> {
    const [row]: { status: ImportStatus; options: unknown }[] = await this.dataSource.query(
      'SELECT status, options FROM book_imports WHERE id = ?',
      [id],
    );
    if (row?.status === 'running') return this.runImport.step(id, readJson<ImportOptions>(row.options), signal);
    if (row?.status === 'undoing') return this.undoImport.step(id);
    return false;
  }

  /** Imports that were begun and are not at their end: of a process that is gone, perhaps. */
  async underWay(): Promise<string[]> {
    const rows: { id: string }[] = await this.dataSource.query(UNDER_WAY);
    return rows.map(({ id }) => id);
  }
}
