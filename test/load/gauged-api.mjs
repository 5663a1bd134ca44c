// The API as it is, with a gauge: answers each message with its memory after a collection. Run with --expose-gc.
process.on('message', () => {
  // twice: finalizers of the first release what the second collects
  globalThis.gc();
  setTimeout(() => {
    globalThis.gc();
    const { heapUsed, rss, external, arrayBuffers } = process.memoryUsage();
    process.send({ heapUsed, rss, external, arrayBuffers, resources: process.getActiveResourcesInfo() });
  }, 50);
});
// who started it is gone: nothing outlives a broken-off run
process.on('disconnect', () => process.exit());
process.channel?.unref();
await import('../../dist/apps/api/src/main.js');
