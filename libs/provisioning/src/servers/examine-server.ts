import { ruleBroken } from '@finvera/common';
import { type ConnectionTarget, openConnection } from '@finvera/tenancy';

const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Signs in to a server, to see that what is written down of it is true.
 * @returns the engine's version
 * @throws DomainError 422 `server_unreachable`, also when it refuses the sign-in
 */
export async function examineServer(target: Omit<ConnectionTarget, 'connectTimeoutMs'>): Promise<string> {
  try {
    const connection = await openConnection({ ...target, connectTimeoutMs: CONNECT_TIMEOUT_MS });
    try {
      return await new Promise((resolve, reject) =>
        connection.query('SELECT VERSION() AS version', (error, rows) =>
          error ? reject(error) : resolve((rows as { version: string }[])[0]!.version),
        ),
      );
    } finally {
      connection.destroy();
    }
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'unknown';
    throw ruleBroken(
      'server_unreachable',
      `${target.host}:${target.port} does not let ${target.user} in (${code}); it must run, and take this user and password from here.`,
    );
  }
}
