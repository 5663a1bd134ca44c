import { trimmed } from '@finvera/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';

export class AttachmentDto {
  @ApiProperty({ example: '383483921874944' }) id: string;
  @ApiProperty({ example: '383483921874940' }) voucher_id: string;
  @ApiProperty({ example: 'Invoice 17.pdf' }) name: string;
  @ApiProperty({ example: 'application/pdf', description: 'by its content' }) content_type: string;
  @ApiProperty({ example: 48_213 }) size_bytes: number;
  @ApiProperty({ description: 'of the content, in hex' }) sha256: string;
  @ApiProperty({ example: 'clerk@acme.com' }) uploaded_by: string;
  @ApiProperty() uploaded_at: string;
}

export class RemoveAttachmentDto {
  @ApiPropertyOptional({
    example: 'Belongs to another voucher',
    description: 'stands in the edit log; needed unless the voucher is a draft',
  })
  @IsOptional()
  @trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  reason?: string;

  @ApiPropertyOptional({ description: 'of a voucher in a locked period; needs periods:override' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  lock_override_reason?: string;
}
