/** Whether a statement was refused because a unique key has this value already. */
export const isDuplicate = (error: unknown): boolean => (error as { code?: string } | null)?.code === 'ER_DUP_ENTRY';
