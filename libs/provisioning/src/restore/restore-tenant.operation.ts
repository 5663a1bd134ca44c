import { TenantChangeBus } from '@finvera/master-data';
import { Injectable } from '@nestjs/common';
import { CheckBooks } from '../backups/check-books.js';
import type { OperationKind, OperationStep, StepContext } from '../operations/operation-kind.js';
import { RestoreAsCopy } from './restore-as-copy.js';
import { RestoreInPlace } from './restore-in-place.js';
import type { RestoreState } from './restore-input.js';
import { RestoredDatabase } from './restored-database.js';

export const RESTORE_TENANT = 'restore_tenant';

const isCopy = ({ operation }: StepContext): boolean => operation.input.mode === 'copy';
const databaseOf = ({ state }: StepContext): string => (state as RestoreState).db_name!;

/**
 * A backup becomes a new database, compared with what was written, brought up to date and its books checked; then it is
 * the company's own, in one step, or that of a new company. Until then undoing leaves everything as it was.
 */
@Injectable()
export class RestoreTenantOperation implements OperationKind {
  readonly kind = RESTORE_TENANT;
  readonly pointOfNoReturn = 'announce';
  readonly steps: readonly OperationStep[] = [
    { name: 'place', do: (context) => this.way(context).place(context), undo: (context) => this.way(context).unplace(context) },
    { name: 'fence', do: (context) => this.fence(context), undo: (context) => this.unfence(context) },
    { name: 'load', do: (context) => this.way(context).load(context), undo: (context) => this.way(context).unload(context) },
    { name: 'migrate', do: (context) => this.migrate(context) },
    { name: 'identify', do: (context) => this.identify(context) },
    { name: 'check', do: (context) => this.checkBooks.run(context.tenant.serverId, databaseOf(context)) },
    { name: 'create_user', do: (context) => this.way(context).createUser(context), undo: (context) => this.dropNewUser(context) },
    { name: 'switch', do: (context) => this.way(context).switch(context) },
    { name: 'announce', do: ({ tenant }) => this.changes.publish(tenant.id) },
    { name: 'retire', do: (context) => this.retire(context) },
  ]; // biome-ignore format: a table

  constructor(
    private readonly inPlace: RestoreInPlace,
    private readonly asCopy: RestoreAsCopy,
    private readonly database: RestoredDatabase,
    private readonly checkBooks: CheckBooks,
    private readonly changes: TenantChangeBus,
  ) {}

  private way(context: StepContext): RestoreInPlace | RestoreAsCopy {
    return isCopy(context) ? this.asCopy : this.inPlace;
  }

  /** Nobody knows of a copy yet. */
  private async fence(context: StepContext): Promise<void> {
    if (!isCopy(context)) await this.inPlace.fence(context);
  }

  private async unfence(context: StepContext): Promise<void> {
    if (!isCopy(context)) await this.inPlace.unfence(context);
  }

  private async migrate(context: StepContext): Promise<void> {
    const { tenant, state, signal } = context;
    (state as RestoreState).schema_version = await this.database.migrate(tenant, databaseOf(context), signal);
  }

  private async identify(context: StepContext): Promise<void> {
    if (isCopy(context)) await this.asCopy.identify(context);
  }

  private dropNewUser(context: StepContext): Promise<void> {
    return isCopy(context) ? this.asCopy.dropUser(context) : this.inPlace.dropOtherUsers(context);
  }

  /** Nobody signs in as the replaced database's user any more. */
  private async retire(context: StepContext): Promise<void> {
    if (!isCopy(context)) await this.inPlace.dropOtherUsers(context);
  }
}
