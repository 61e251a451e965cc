import { Type } from 'class-transformer'
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min, ValidateNested } from 'class-validator'

class PriceFilter {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  gte?: number

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  lte?: number
}

class CategoryFilter {
  @IsUUID()
  eq!: string
}

class ProductFilter {
  @IsOptional()
  @ValidateNested()
  @Type(() => PriceFilter)
  price?: PriceFilter

  @IsOptional()
  @ValidateNested()
  @Type(() => CategoryFilter)
  category?: CategoryFilter
}

export class ListProducts {
  @IsOptional()
  @ValidateNested()
  @Type(() => ProductFilter)
  filter?: ProductFilter

  @IsIn(['price', '-price', 'name', '-name'])
  sort: 'price' | '-price' | 'name' | '-name' = 'price'

  @IsOptional()
  @IsIn(['category'])
  expand?: 'category'

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 20
}

export class NewProduct {
  @IsString()
  @MaxLength(200)
  name!: string

  @IsString()
  @MaxLength(1000)
  description!: string

  @IsInt()
  @Min(0)
  price!: number

  @IsUUID()
  category!: string
}
