import 'reflect-metadata'
import { Module, ValidationPipe } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm'
import helmet from 'helmet'
import { ApiKey, Category, Order, Product } from './entities.js'
import { KeyGuard, OrderController } from './orders.js'
import { ProductController, ProductService } from './products.js'

const url = process.env.DATABASE_URL!
const entities = [ApiKey, Category, Order, Product]

const database: TypeOrmModuleOptions = url.startsWith('sqlite:')
  ? {
      type: 'better-sqlite3',
      database: url.slice('sqlite:'.length),
      entities,
      enableWAL: true,
      prepareDatabase: (connection) => connection.pragma('synchronous = FULL'),
    }
  : { type: 'postgres', url, entities, extra: { max: 10 } }

@Module({
  imports: [TypeOrmModule.forRoot(database), TypeOrmModule.forFeature(entities)],
  controllers: [ProductController, OrderController],
  providers: [ProductService, KeyGuard],
})
class AppModule {}

const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: ['error', 'warn'] })
app.set('query parser', 'extended') // for filter[price][gte]
app.use(helmet())
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }))
await app.listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit())
