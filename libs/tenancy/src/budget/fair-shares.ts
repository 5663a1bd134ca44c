export interface Claimant {
  id: string;
  /** connections that it uses or would use at once */
  demand: number;
  /** connections that it may have at most */
  cap: number;
}

/** Whatever the others ask for, each gets this part of an equal share. */
const GUARANTEED_PART = 1 / 4;

/**
 * Divides a budget: each gets what it asks for while there is enough, and an equal part of what is left; when there is
 * not enough, a guaranteed minimum and the rest in proportion to what it asks for beyond that. The same claimants give
 * the same shares in every process.
 */
export function fairShares(claimants: readonly Claimant[], budget: number): Map<string, number> {
  const members = claimants.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const count = members.length;
  if (count > budget) return new Map(members.map(({ id }, index) => [id, index < budget ? 1 : 0]));
  const least = Math.max(1, Math.floor((budget / count) * GUARANTEED_PART));
  const wants = members.map(({ id, demand, cap }) => ({
    id,
    cap,
    guaranteed: Math.min(least, cap),
    want: Math.min(Math.max(demand, least), cap),
  }));
  const sum = wants.reduce((total, { want }) => total + want, 0);
  if (sum <= budget) return withSpare(wants, budget - sum);
  const guaranteed = wants.reduce((total, one) => total + one.guaranteed, 0);
  const part = (budget - guaranteed) / (sum - guaranteed);
  return new Map(wants.map((one) => [one.id, one.guaranteed + Math.floor((one.want - one.guaranteed) * part)]));
}

/** What nobody asks for is at hand for whoever asks next; who has reached its cap leaves it to the others. */
function withSpare(wants: readonly { id: string; want: number; cap: number }[], spare: number): Map<string, number> {
  const shares = new Map<string, number>();
  let left = spare;
  const byRoom = wants.toSorted((a, b) => a.cap - a.want - (b.cap - b.want));
  for (const [index, { id, want, cap }] of byRoom.entries()) {
    const extra = Math.min(cap - want, Math.floor(left / (byRoom.length - index)));
    shares.set(id, want + extra);
    left -= extra;
  }
  return shares;
}
