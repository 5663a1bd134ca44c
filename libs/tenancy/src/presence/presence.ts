/** Whether whoever asked is still there to be answered: a client that hung up is not. */
export class Presence {
  private left = false;
  private readonly listeners: (() => void)[] = [];

  get hasLeft(): boolean {
    return this.left;
  }

  /** They are gone: everything that waits on their behalf ends. Further calls do nothing. */
  leave(): void {
    if (this.left) return;
    this.left = true;
    for (const listener of this.listeners.splice(0)) listener();
  }

  /**
   * @param listener called once, at once when they have left already
   * @returns ends the listening
   */
  onLeave(listener: () => void): () => void {
    if (this.left) {
      listener();
      return () => undefined;
    }
    this.listeners.push(listener);
    return () => {
      const at = this.listeners.indexOf(listener);
      if (at >= 0) this.listeners.splice(at, 1);
    };
  }
}
