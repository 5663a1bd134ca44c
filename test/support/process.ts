import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const END_PATIENCE_MS = 15_000;
const OUTPUT_KEPT = 200_000;

/** A process of ours that was built into dist/. */
export class AppProcess {
  output = '';
  /** what it printed on stdout alone */
  printed = '';
  private readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(app: 'api' | 'worker' | 'cli', env: Record<string, string>, args: string[] = []) {
    const clean = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => ['PATH', 'HOME', 'TMPDIR', 'TZ'].includes(name)),
    );
    this.child = spawn(process.execPath, [`${ROOT}dist/apps/${app}/src/main.js`, ...args], {
      env: { ...clean, ...env } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer) => {
      this.output = (this.output + chunk.toString()).slice(-OUTPUT_KEPT);
    };
    this.child.stdout?.on('data', keep);
    this.child.stdout?.on('data', (chunk: Buffer) => {
      this.printed = (this.printed + chunk.toString()).slice(-OUTPUT_KEPT);
    });
    this.child.stderr?.on('data', keep);
    this.ended = new Promise((resolve) => this.child.once('close', (code, signal) => resolve({ code, signal })));
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** SIGKILL, at once. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    const insist = setTimeout(() => this.child.kill('SIGKILL'), END_PATIENCE_MS);
    await this.ended;
    clearTimeout(insist);
  }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Looks until it is so. */
export async function until<T>(
  look: () => Promise<T | undefined | false | null>,
  what: string,
  withinMs = 30_000,
): Promise<T> {
  for (const deadline = performance.now() + withinMs; ; ) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
