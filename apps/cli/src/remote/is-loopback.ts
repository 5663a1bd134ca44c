export const isLoopback = (hostname: string): boolean =>
  /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost|.*\.localhost)$/i.test(hostname);
