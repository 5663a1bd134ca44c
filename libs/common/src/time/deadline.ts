/**
 * Waits for work no longer than it may take. The work itself goes on; what becomes of it then is nobody's business.
 * @param late the error that whoever waits gets at the deadline
 */
export function withinDeadline<T>(work: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms).unref();
  });
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
