import { deviceName, storedUserAgent } from './device-name.js';

describe('The name of a device', () => {
  const CHROME =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36';

  it.each([
    [CHROME, 'Chrome on Windows'],
    ['curl/8.5.0', 'curl'],
    ['', 'unknown'],
    ['/', 'unknown'],
  ])('%s', (header, name) => {
    expect(deviceName(header)).toBe(name);
  });

  it('comes from a header of bounded length in one line', () => {
    expect(storedUserAgent(undefined)).toBe('');
    expect(storedUserAgent('shop\t1.0\u0000x')).toBe('shop 1.0 x');
    expect(storedUserAgent('x'.repeat(5_000))).toHaveLength(400);
    expect(deviceName('x'.repeat(5_000))).toHaveLength(120);
  });
});
