import { createServer } from 'node:net';

const listen = (port, host) =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => {
      const { port: taken } = server.address();
      server.close(() => resolve(taken));
    });
  });

/** Whether nobody listens on the port of an address of this machine. */
export async function isFree(port, host = '127.0.0.1') {
  try {
    await listen(port, host);
    return true;
  } catch {
    return false;
  }
}

/** The wanted port when it is free, else another one. */
export async function freePort(wanted) {
  if (wanted && (await isFree(wanted))) return wanted;
  return listen(0, '127.0.0.1');
}
