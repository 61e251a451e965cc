import { createHash } from 'node:crypto'
import {
  type CanActivate,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  Injectable,
  Query,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common'
import { InjectRepository } from '@nestjs/typeorm'
import { Type } from 'class-transformer'
import { IsIn, IsInt, Max, Min } from 'class-validator'
import { Repository } from 'typeorm'
import { ApiKey, Order } from './entities.js'
import { pageOf } from './page.js'

/** Lets only those in who send an API key. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {}

  async canActivate(context: ExecutionContext) {
    const request = context.switchToHttp().getRequest()
    const secret = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const key = await this.keys.findOneBy({ hash: createHash('sha256').update(secret).digest('hex') })
    const isGood =
      key?.actorId && key.revokedAt === null && (key.expiresAt === null || new Date(key.expiresAt) > new Date())
    if (!isGood) throw new UnauthorizedException()
    request.customer = key.actorId
    return true
  }
}

const Customer = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest().customer,
)

export class ListOrders {
  @IsIn(['total', '-total'])
  sort: 'total' | '-total' = 'total'

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 20
}

@Controller('api/orders')
@UseGuards(KeyGuard)
export class OrderController {
  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  @Get()
  async list(@Query() { sort, limit }: ListOrders, @Customer() owner: string) {
    const direction = sort.startsWith('-') ? 'DESC' : 'ASC'
    const order = { total: direction, id: direction } as const
    return pageOf(await this.orders.find({ where: { owner }, order, take: limit + 1 }), limit, 'total')
  }
}
