const REDRAW_MS = 100;
/** Without a terminal a line now and then, so that a log shows that it moves. */
const LINE_EVERY_MS = 10_000;

/** What long work shows on stderr while it goes on; stdout is for its result. */
export class Progress {
  private shownMs = 0;
  private open = false;

  show(text: string): void {
    const tty = process.stderr.isTTY;
    const now = performance.now();
    if (now - this.shownMs < (tty ? REDRAW_MS : LINE_EVERY_MS)) return;
    this.shownMs = now;
    this.open = tty;
    process.stderr.write(tty ? `\r\x1b[K${text}` : `${text}\n`);
  }

  /** A sentence that stays. */
  say(text: string): void {
    this.end();
    process.stderr.write(`${text}\n`);
  }

  end(): void {
    if (this.open) process.stderr.write('\r\x1b[K');
    this.open = false;
  }
}
