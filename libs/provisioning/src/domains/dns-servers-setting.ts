import { registerDecorator } from 'class-validator';
import { Resolver } from 'node:dns';

/** A setting that lists addresses of DNS servers; empty: the machine's. */
export function DnsServersSetting(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'dnsServers',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value: unknown) => value === '' || areDnsServers(String(value)),
        defaultMessage: () =>
          '$property must be addresses of DNS servers, separated by commas, such as 10.0.0.53,10.0.1.53:5353',
      },
    });
}

function areDnsServers(list: string): boolean {
  try {
    new Resolver().setServers(list.split(',').map((server) => server.trim()));
    return true;
  } catch {
    return false;
  }
}
