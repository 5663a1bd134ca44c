import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The company's one row of settings. */
@Entity('company_settings')
export class CompanySettingsRow {
  @PrimaryColumn('tinyint') id: number;
  @Column('varchar', { length: 200 }) company_name: string;
  @Column('varchar', { length: 254 }) email: string;
  @Column('varchar', { length: 32 }) phone: string;
  @Column('char', { length: 3 }) base_currency: string;
  @Column('tinyint', { unsigned: true }) currency_digits: number;
  @Column('char', { length: 5 }) financial_year_start: string;
  @Column('date') books_begin: string;
  @Column('varchar', { length: 64 }) time_zone: string;
  @Column('date', { nullable: true }) lock_date: string | null;
  @Column('date', { nullable: true }) closed_until: string | null;
  @Column('int', { unsigned: true }) version: number;
}
