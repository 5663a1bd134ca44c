import type { Connection } from 'mysql2';
import type { TenancyObserver } from './tenancy-observer.js';

const WATCH = Symbol('who watches the statements of a connection');

interface Watch {
  tenantId: string;
  observer: TenancyObserver;
  slowMs: number;
}

type Watched = Connection & { [WATCH]?: Watch; waitedMs?: number };
type Settle = (failure: Error | null, rows: unknown) => void;

/** From now on slow statements of this connection are told to the observer. */
export function watchStatements<C extends Connection>(connection: C, tenantId: string, observer?: TenancyObserver): C {
  const slowMs = observer?.slowStatementMs;
  if (observer && slowMs !== undefined) Object.assign(connection, { [WATCH]: { tenantId, observer, slowMs } });
  return connection;
}

/** Times a statement: `settle` as it is when nobody watches. It is on the path of every request. */
export function timed(connection: Watched, sql: string, settle: Settle): Settle {
  const watch = connection[WATCH];
  if (!watch) return settle;
  const startedMs = performance.now();
  return (failure, rows) => {
    const durationMs = performance.now() - startedMs;
    if (durationMs >= watch.slowMs)
      watch.observer.statementWasSlow?.({
        tenantId: watch.tenantId,
        sql,
        durationMs,
        waitedMs: connection.waitedMs ?? 0,
        rows: failure ? undefined : rowsOf(rows),
        failed: failure !== null,
      });
    settle(failure, rows);
  };
}

const rowsOf = (answer: unknown): number | undefined =>
  Array.isArray(answer) ? answer.length : (answer as { affectedRows?: number } | null)?.affectedRows;
