import { ManageCostCentres } from '../cost-centres/manage-cost-centres.js';
import { clerk, type GivenCompany } from '../vouchers/given-company.testing.js';
import type { ImportRunner } from './import-runner.js';
import { ImportSteps } from './import-steps.js';
import { MakeMasters } from './make-masters.js';
import { ReadImports } from './read-imports.js';
import { ReconcileImport } from './reconcile-import.js';
import { RunImport } from './run-import.js';
import { StageImport } from './stage-import.js';
import { StartImport } from './start-import.js';
import { UndoImport } from './undo-import.js';
import { PERMISSIONS } from '../users/permissions.js';

const everything = { actor: clerk, user: { permissions: new Set<string>(PERMISSIONS) } };

/** Imports of a company, wired by hand; steps are taken when the test says so. */
export function givenImports(company: GivenCompany) {
  const { transaction, settings, editLog, dataSource, groups, ledgers, types } = company;
  const centres = new ManageCostCentres(company.records);
  const masters = new MakeMasters(groups, ledgers, types, centres);
  const run = new RunImport(transaction, masters, company.vouchers, editLog);
  const undo = new UndoImport(transaction, settings, company.read, groups, ledgers, types, centres, editLog);
  const runner = { wake: () => undefined } as unknown as ImportRunner;
  const stage = new StageImport(transaction, settings, editLog);
  const start = new StartImport(dataSource, transaction, editLog, runner);
  const read = new ReadImports(dataSource, runner);
  const steps = new ImportSteps(dataSource, run, undo);
  const toItsEnd = async (id: string) => {
    while (await steps.step(id));
    return read.one(id);
  };
  return {
    stage,
    start,
    read,
    steps,
    reconcile: (id: string) => new ReconcileImport(dataSource, settings).of(id, { all: false }),
    upload: (text: string, options: Parameters<StageImport['upload']>[0]['options'] = {}) =>
      stage.upload({ bytes: new TextEncoder().encode(text), fileName: 'books.xml', options }, { actor: clerk }),
    run: async (id: string, mode?: 'all_or_nothing' | 'by_row') => {
      await start.run(id, { mode }, everything);
      return toItsEnd(id);
    },
    undo: async (id: string) => {
      await start.undo(id, { reason: 'wrong file' }, everything);
      return toItsEnd(id);
    },
    everything,
    toItsEnd,
  };
}
