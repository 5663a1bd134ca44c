import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max } from 'class-validator';
import { DomainError } from '../errors/domain-error.js';
import { validationPipe } from './validation.js';

class BikesQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Max(10)
  limit: number = 5;
}

describe('the validation pipe', () => {
  const pipe = validationPipe();
  const query = { type: 'query', metatype: BikesQuery } as const;
  const refused = (value: object) =>
    pipe.transform(value, query).then(
      () => 'accepted',
      (error: DomainError) => error.code,
    );

  it('remembers a valid query, and hands it out so that nobody can change it', async () => {
    const first = await pipe.transform({ limit: '7' }, query);
    expect(first).toEqual({ limit: 7 });
    expect(await pipe.transform({ limit: '7' }, query)).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
    expect(await pipe.transform({}, query)).toEqual({ limit: 5 });
  });

  it('refuses what is not valid each time', async () => {
    for (const bad of [{ limit: '11' }, { limit: 'x' }, { colour: 'red' }, { limit: ['7'] }])
      for (let time = 0; time < 2; time += 1) expect([bad, await refused(bad)]).toEqual([bad, 'validation_failed']);
  });

  it('never shares a body', async () => {
    const body = { type: 'body', metatype: BikesQuery } as const;
    expect(await pipe.transform({ limit: 7 }, body)).not.toBe(await pipe.transform({ limit: 7 }, body));
  });
});
