import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const listen = (port, host) =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const { port: taken } = server.address();
      server.close(() => resolve(taken));
    });
  });

/** Why nobody can listen on the port of an address of this machine, as the system's error code; undefined: it is free. */
export async function whyTaken(port, host = '127.0.0.1') {
  try {
    await listen(port, host);
    return undefined;
  } catch (error) {
    return error.code ?? error.message;
  }
}

/** Whether nobody listens on the port of an address of this machine. */
export const isFree = async (port, host) => (await whyTaken(port, host)) === undefined;

/** The wanted port when it is free, else another one. */
export async function freePort(wanted) {
  if (wanted && (await isFree(wanted))) return wanted;
  return listen(0, '127.0.0.1');
}

/** The port of the last time, from the server's folder. */
export function rememberedPort(dir) {
  try {
    return Number(readFileSync(join(dir, 'port'), 'utf8')) || undefined;
  } catch {
    return undefined; // the first time
  }
}
