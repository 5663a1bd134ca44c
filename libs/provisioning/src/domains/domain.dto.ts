import { IfSent, trimmed } from '@finvera/common';
import type { TenantDomain } from '@finvera/master-data';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { challengeOf } from './domain-challenge.js';

export const CHALLENGE_KINDS = ['dns', 'http'] as const;
export type ChallengeKind = (typeof CHALLENGE_KINDS)[number];

export class AddDomainDto {
  @ApiProperty({
    example: 'books.acme.com',
    description: 'without protocol and port; international names in their own letters or as punycode',
    maxLength: 253,
  })
  @trimmed()
  @IsString()
  @MaxLength(253)
  domain: string;
}

export class VerifyDomainDto {
  @ApiPropertyOptional({ enum: CHALLENGE_KINDS, description: 'which challenge to look for; without it either will do' })
  @IfSent()
  @IsIn(CHALLENGE_KINDS, { message: `method must be one of ${CHALLENGE_KINDS.join(', ')}` })
  method?: ChallengeKind;
}

class DnsChallengeDto {
  @ApiProperty({ example: '_finvera-challenge.books.acme.com' }) name: string;
  @ApiProperty({ example: 'TXT' }) type: string;
  @ApiProperty({ example: 'finvera-domain=Rk9yIGV4YW1wbGU' }) value: string;
}

class HttpChallengeDto {
  @ApiProperty({ example: 'http://books.acme.com/.well-known/finvera-challenge/019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' })
  url: string;
  @ApiProperty({ example: 'finvera-domain=Rk9yIGV4YW1wbGU', description: 'the whole answer, with status 200' })
  body: string;
}

export class ChallengeDto {
  @ApiProperty({ type: DnsChallengeDto }) dns: DnsChallengeDto;
  @ApiProperty({ type: HttpChallengeDto }) http: HttpChallengeDto;
}

export class DomainDto {
  @ApiProperty({ example: '019a5b0e-7b1c-7c3e-9d2f-1a2b3c4d5e6f' }) id: string;
  @ApiProperty({ example: 'books.acme.com', description: 'lower-case ASCII' }) domain: string;
  @ApiProperty({ enum: ['pending', 'verified'], description: 'only a verified domain leads to the company' })
  status: string;
  @ApiProperty({ nullable: true, type: String }) verified_at: string | null;
  @ApiProperty({ nullable: true, enum: CHALLENGE_KINDS }) verified_by: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'when the worker last looked for the proof again' })
  checked_at: string | null;
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'since when the proof is not found any more; after `DOMAIN_GRACE_DAYS` the domain is pending again',
  })
  failing_since: string | null;
  @ApiProperty({ type: ChallengeDto, description: 'either proves that the domain is the company’s' })
  challenge: ChallengeDto;
  @ApiProperty() created_at: string;
}

export const toDomainDto = (domain: TenantDomain): DomainDto => ({
  id: domain.id,
  domain: domain.domain,
  status: domain.verifiedAt ? 'verified' : 'pending',
  verified_at: domain.verifiedAt?.toISOString() ?? null,
  verified_by: domain.verifiedBy,
  checked_at: domain.checkedAt?.toISOString() ?? null,
  failing_since: domain.failingSince?.toISOString() ?? null,
  challenge: challengeOf(domain),
  created_at: domain.createdAt.toISOString(),
});
