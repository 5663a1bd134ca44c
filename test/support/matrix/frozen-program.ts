import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A client program that was stopped (SIGSTOP) while it is connected to the database server. */
export interface FrozenProgram {
  pids: number[];
  /** its ends of the connections, as the server's process list shows them */
  hosts: string[];
}

const PATIENCE_MS = 3_000;

/** Looks without a pause until the program, or one below it, is connected, and stops all of them. @returns null when it had ended */
export async function freeze(pid: number, serverPort: number): Promise<FrozenProgram | null> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await breath()) {
    const pids = family(pid);
    if (pids.length === 0) return null;
    const hosts = connectionsTo(serverPort, pids);
    if (hosts.length === 0) continue;
    signal(pids, 'SIGSTOP');
    return { pids, hosts };
  }
  return null;
}

export const thaw = ({ pids }: FrozenProgram) => signal(pids, 'SIGCONT');

const breath = () => new Promise((resolve) => setImmediate(resolve));

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, name);
    } catch {
      // it has ended by itself
    }
}

function family(pid: number): number[] {
  try {
    if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return [];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    return [pid, ...children.flatMap((child) => family(Number(child)))];
  } catch {
    return [];
  }
}

function connectionsTo(port: number, pids: readonly number[]): string[] {
  const sockets = new Set(pids.flatMap(socketsOf));
  const remote = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[2]?.endsWith(`:${remote}`) && fields[3] === '01' && sockets.has(fields[9]!))
    .map((fields) => `127.0.0.1:${Number.parseInt(fields[1]!.split(':')[1]!, 16)}`);
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
