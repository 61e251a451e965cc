import helmet from '@fastify/helmet'
import fastify from 'fastify'
import { orderRoutes } from './orders.ts'
import { productRoutes } from './products.ts'

const app = fastify()
await app.register(helmet)
await app.register(productRoutes, { prefix: '/api/products' })
await app.register(orderRoutes, { prefix: '/api/orders' })
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
process.on('SIGTERM', () => process.exit())
