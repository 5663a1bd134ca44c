import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

/** A setting is missing or bad: the process must stop with this sentence. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Makes one typed, validated settings object from the environment. Empty values count as missing.
 * @param Config class whose properties are named like the variables, with defaults and class-validator decorators
 * @throws ConfigError naming each bad variable and what it expects
 */
export function loadConfig<T extends object>(Config: new () => T, env: NodeJS.ProcessEnv = process.env): T {
  const given = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== undefined && value !== '' && !name.startsWith('npm_')),
  );
  const config = plainToInstance(Config, given, { exposeDefaultValues: true, enableImplicitConversion: false });
  const errors = validateSync(config, { whitelist: true, skipMissingProperties: false });
  if (errors.length > 0) {
    const lines = new Set(errors.flatMap((error) => Object.values(error.constraints ?? {})));
    throw new ConfigError(
      `Settings are not usable:\n${[...lines].map((line) => `  - ${line}`).join('\n')}\nSee .env.example for all settings.`,
    );
  }
  return Object.freeze(config);
}
