import { type MigrationStep, StepMigration } from '@finvera/common';

/** Administrators and accountants of companies that are there already may save views of reports. */
export class ReportViews1795518000001 extends StepMigration {
  readonly phase = 'migrate';
  readonly release = '0.1.0';
  readonly steps: readonly MigrationStep[] = [
    {
      up: `UPDATE roles SET permissions = JSON_ARRAY_APPEND(permissions, '$', 'reports:write')
        WHERE code IN ('administrator', 'accountant') AND NOT JSON_CONTAINS(permissions, '"reports:write"')`,
      down: `UPDATE roles SET permissions = JSON_REMOVE(permissions, JSON_UNQUOTE(JSON_SEARCH(permissions, 'one', 'reports:write')))
        WHERE JSON_CONTAINS(permissions, '"reports:write"')`,
    },
  ];
}
