/** One process' part in the connections of a server, as the sharing sees it. */
export interface BudgetMember {
  /** Connections that all processes together may open there; undefined while that is not known. */
  budget(): number | undefined;
  /** Connections that this process may open there at most, whatever the others do. */
  readonly cap: number;
  /** Connections that are open now, with those that were told to end and did not yet. */
  open(): number;
  /** Connections that are in use or could be used at once by those who wait. */
  demand(): number;
  /** From now on so many may be open; what is open beyond it ends when it is given back. */
  setLimit(connections: number): void;
}

export interface BudgetMembership {
  /** Processes that were last heard of, this one included; undefined while nothing was heard. */
  readonly processes: number | undefined;
  /** The budget is known, or another one: do not wait for the next look. */
  refresh(): void;
  /** Gives back what the process held. Call when its connections have ended. */
  leave(): void;
}

/** Divides the connections of each server among the processes that use it. */
export interface BudgetShares {
  /**
   * From now on the process takes part; its limit is set at once, and again whenever it changes.
   * @param server host:port
   */
  join(server: string, member: BudgetMember): BudgetMembership;
}
