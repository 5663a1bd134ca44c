import { isFree, whyTaken } from './ports.mjs';
import { Stop } from './stop.mjs';

/** @throws {Stop} when the API could not listen there, with what to do */
export async function assertCanListen(port, host) {
  // a machine without IPv6 has no ::1 at all: that is no sign that the port is taken
  const hosts = host === 'localhost' ? ['127.0.0.1', ...((await isFree(0, '::1')) ? ['::1'] : [])] : [host];
  for (const address of hosts) {
    const reason = await whyTaken(port, address);
    if (reason) throw new Stop(explain(reason, port, address));
  }
}

export function explain(reason, port, address) {
  if (reason === 'EADDRINUSE')
    return `Port ${port} is taken by another program; choose another one: PORT=${port < 65_535 ? port + 1 : 3001} npm start`;
  if (reason === 'EACCES')
    return `This user may not listen on port ${port}; choose one from 1024 up: PORT=3000 npm start`;
  return `HOST ${address} is no address of this machine (${reason}); leave HOST away to listen on localhost.`;
}
