/** Thrown by a job or a delivery of the outbox when another attempt is of no use: it is given up at once. */
export class Undeliverable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Undeliverable'
  }
}
