import { createServer, connect, type Server, type Socket } from 'node:net';

/**
 * A way to a server that can freeze, as a power cut or a network that drops packets does it: nothing passes any more in
 * either direction, and no socket is closed.
 */
export class FreezingProxy {
  private readonly pairs = new Set<[Socket, Socket]>();
  private frozen = false;
  private readonly server: Server;

  private constructor(private readonly target: number) {
    this.server = createServer((incoming) => this.pass(incoming));
  }

  static async start(target: number): Promise<FreezingProxy> {
    const proxy = new FreezingProxy(target);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  freeze(): void {
    this.frozen = true;
    for (const [incoming, outgoing] of this.pairs) {
      incoming.pause();
      outgoing.pause();
    }
  }

  /** What froze stays lost; new connections pass. */
  thaw(): void {
    this.frozen = false;
    for (const [incoming, outgoing] of this.pairs) {
      incoming.destroy();
      outgoing.destroy();
    }
    this.pairs.clear();
  }

  stop(): void {
    this.thaw();
    this.server.close();
  }

  private pass(incoming: Socket): void {
    const outgoing = connect(this.target, '127.0.0.1');
    const pair: [Socket, Socket] = [incoming, outgoing];
    this.pairs.add(pair);
    incoming.pipe(outgoing);
    outgoing.pipe(incoming);
    const end = () => {
      if (this.frozen) return; // nobody hears of it
      this.pairs.delete(pair);
      incoming.destroy();
      outgoing.destroy();
    };
    for (const socket of pair) socket.on('error', () => undefined).on('close', end);
    if (this.frozen) for (const socket of pair) socket.unpipe().pause();
  }
}
