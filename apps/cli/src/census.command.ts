import { TakeCensus } from '@finvera/provisioning';
import { Command, CommandRunner, Option } from 'nest-commander';
import { print } from './output.js';
import { withPlatform } from './platform-context.js';

/** Something stands on the servers that no record explains, or is missing. */
const EXIT_FINDINGS = 2;

@Command({
  name: 'census',
  description: 'compare servers and archives with the records; changes nothing; exit code 2 when something is found',
})
export class CensusCommand extends CommandRunner {
  async run(_: string[], { json }: { json?: boolean }): Promise<void> {
    const census = await withPlatform((platform) => platform.get(TakeCensus).run());
    if (json) process.stdout.write(`${JSON.stringify(census, null, 2)}\n`);
    else {
      if (census.findings.length > 0) print(census.findings, false);
      const databases = census.servers.reduce((sum, server) => sum + server.databases, 0);
      const users = census.servers.reduce((sum, server) => sum + server.users, 0);
      process.stderr.write(
        `${databases} databases and ${users} users on ${census.servers.length} servers, ${census.files} files: ${
          census.clean ? 'everything is explained' : `${census.findings.length + census.left_off} findings`
        }\n`,
      );
    }
    if (!census.clean) process.exitCode = EXIT_FINDINGS;
  }

  @Option({ flags: '--json', description: 'print JSON' })
  json(): boolean {
    return true;
  }
}
