import { randomUUIDv7 } from 'node:crypto'
import {
  Body,
  Controller,
  Get,
  Injectable,
  NotFoundException,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Res,
} from '@nestjs/common'
import { InjectRepository } from '@nestjs/typeorm'
import type { Response } from 'express'
import { And, type FindOptionsWhere, LessThanOrEqual, MoreThanOrEqual, Repository } from 'typeorm'
import { Product } from './entities.js'
import { pageOf } from './page.js'
import { ListProducts, NewProduct } from './product-requests.js'

@Injectable()
export class ProductService {
  constructor(@InjectRepository(Product) private readonly products: Repository<Product>) {}

  async find(id: string) {
    const product = await this.products.findOneBy({ id })
    if (product === null) throw new NotFoundException()
    return answerFrom(product)
  }

  async list({ filter = {}, sort, expand, limit }: ListProducts) {
    const name = sort.replace('-', '') as 'price' | 'name'
    const direction = sort.startsWith('-') ? 'DESC' : 'ASC'
    const bounds = [
      ...(filter.price?.gte === undefined ? [] : [MoreThanOrEqual(filter.price.gte)]),
      ...(filter.price?.lte === undefined ? [] : [LessThanOrEqual(filter.price.lte)]),
    ]
    const where: FindOptionsWhere<Product> = {
      ...(bounds.length > 0 && { price: And(...bounds) }),
      ...(filter.category !== undefined && { categoryId: filter.category.eq }),
    }
    const rows = await this.products.find({
      where,
      relations: { category: expand === 'category' },
      order: { [name]: direction, id: direction },
      take: limit + 1,
    })
    return pageOf(rows.map(answerFrom), limit, name)
  }

  async create({ category, ...values }: NewProduct) {
    const at = new Date().toISOString()
    const product = this.products.create({
      id: randomUUIDv7(),
      createdAt: at,
      updatedAt: at,
      version: 1,
      ...values,
      categoryId: category,
    })
    await this.products.insert(product)
    return answerFrom(product)
  }
}

@Controller('api/products')
export class ProductController {
  constructor(private readonly products: ProductService) {}

  @Get(':id')
  one(@Param('id', ParseUUIDPipe) id: string) {
    return this.products.find(id)
  }

  @Get()
  list(@Query() query: ListProducts) {
    return this.products.list(query)
  }

  @Post()
  async create(@Body() body: NewProduct, @Res({ passthrough: true }) response: Response) {
    const product = await this.products.create(body)
    response.location(`/api/products/${product.id}`)
    return product
  }
}

function answerFrom({ categoryId, category, ...product }: Product) {
  return { ...product, category: category ?? categoryId }
}
