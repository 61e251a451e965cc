import express, { type ErrorRequestHandler } from 'express'
import helmet from 'helmet'
import { ZodError } from 'zod'
import { orderRoutes } from './orders.ts'
import { productRoutes } from './products.ts'

const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
  if (error instanceof ZodError) response.status(400).json({ error: 'The request is not valid.', issues: error.issues })
  else {
    console.error(error)
    response.status(500).json({ error: 'Something went wrong.' })
  }
}

const app = express()
app.set('query parser', 'extended') // for filter[price][gte]
app.use(helmet())
app.use(express.json())
app.use('/api/products', productRoutes)
app.use('/api/orders', orderRoutes)
app.use(answerError)
app.listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit())
