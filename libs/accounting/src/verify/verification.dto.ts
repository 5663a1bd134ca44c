import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

export class VerificationQuery {
  @ApiPropertyOptional({
    example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    description: '`edit_log.head` of an earlier answer that was written down elsewhere: it must still be in the chain',
  })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, { message: 'noted must be a head that an earlier verification told' })
  noted?: string;
}

class CheckDto {
  @ApiProperty({ example: 'vouchers' }) check: string;
  @ApiProperty({ example: 1204, description: 'rows that were looked at' }) examined: number;
  @ApiProperty({ example: 0 }) problems: number;
}

class ProblemDto {
  @ApiProperty({ example: 'totals' }) check: string;
  @ApiProperty({ example: 'the totals of Cash are not what its entries add up to' }) message: string;
  @ApiProperty({ required: false, example: 'ledger' }) object_type?: string;
  @ApiProperty({ required: false, example: '383483921874944' }) object_id?: string;
}

class EditLogHeadDto {
  @ApiProperty({ example: 5210, description: 'rows in the chain' }) sealed: number;
  @ApiProperty({ example: 0, description: 'rows written a moment ago, not in the chain yet' }) unsealed: number;
  @ApiProperty({
    description:
      'hash of the last link: write it down, and `noted` proves later that nothing up to it was written anew',
  })
  head: string;
}

export class VerificationDto {
  @ApiProperty({ description: 'nothing was found' }) sound: boolean;
  @ApiProperty({ type: [CheckDto] }) checks: CheckDto[];
  @ApiProperty({ type: [ProblemDto], description: 'the first fifty of each check' }) problems: ProblemDto[];
  @ApiProperty({ type: EditLogHeadDto }) edit_log: EditLogHeadDto;
}
