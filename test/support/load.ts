/** One thing that a client does, on the port that it is given. @returns what was wrong, if something was */
export type Deed = (port: number) => Promise<string | undefined>;

const FAILURES_KEPT = 20;

/**
 * Clients that never stop asking, behind a load balancer: a process that is to be restarted first gets no new requests
 * and finishes those that it has. Every answer is judged; none is tried again.
 */
export class Load {
  done = 0;
  readonly failures: string[] = [];
  private readonly open = new Map<number, number>();
  private readonly live: number[];
  private stopped = false;
  private readonly clients: Promise<void>[];

  constructor(ports: readonly number[], clients: number, deeds: readonly Deed[]) {
    this.live = [...ports];
    this.clients = Array.from({ length: clients }, (_, client) => this.client(client, deeds));
  }

  /** No new requests for this process; resolves when it has answered all it had. */
  async leave(port: number): Promise<void> {
    this.live.splice(this.live.indexOf(port), 1);
    while ((this.open.get(port) ?? 0) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  join(port: number): void {
    this.live.push(port);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.clients);
  }

  private async client(client: number, deeds: readonly Deed[]): Promise<void> {
    for (let turn = client; !this.stopped; turn += 1) {
      const port = this.live[Math.floor(Math.random() * this.live.length)]!;
      this.open.set(port, (this.open.get(port) ?? 0) + 1);
      const wrong = await deeds[turn % deeds.length]!(port).catch((error: Error) => String(error));
      this.open.set(port, this.open.get(port)! - 1);
      this.done += 1;
      if (wrong !== undefined && this.failures.length < FAILURES_KEPT) this.failures.push(`${port}: ${wrong}`);
    }
  }
}

/** Judges an answer by its status. */
export const unless =
  (status: number) =>
  (answer: { status: number; text: string }): string | undefined =>
    answer.status === status ? undefined : `${answer.status} ${answer.text.slice(0, 300)}`;
