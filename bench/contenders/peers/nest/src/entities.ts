import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm'

const isSqlite = process.env.DATABASE_URL!.startsWith('sqlite:')
const idType = isSqlite ? 'text' : 'uuid'
/** Whole numbers of 64 bits, which `pg` gives as text. */
const whole = {
  type: isSqlite ? 'integer' : 'bigint',
  transformer: { from: Number, to: (value: number) => value },
} as const
/** Instants rest as ISO text in SQLite. */
const instant = {
  type: isSqlite ? 'text' : 'timestamptz',
  transformer: {
    from: (value: Date | string | null) => (value instanceof Date ? value.toISOString() : value),
    to: (value: string) => value,
  },
} as const

abstract class Stored {
  @PrimaryColumn({ type: idType })
  id!: string

  @Column({ ...instant, name: 'created_at' })
  createdAt!: string

  @Column({ ...instant, name: 'updated_at' })
  updatedAt!: string

  @Column(whole)
  version!: number
}

@Entity('categories')
export class Category extends Stored {
  @Column({ type: 'text' })
  name!: string

  @Column({ type: 'text' })
  slug!: string
}

@Entity('products')
export class Product extends Stored {
  @Column({ type: 'text' })
  name!: string

  @Column({ type: 'text' })
  description!: string

  @Column(whole)
  price!: number

  @Column({ type: idType, name: 'category_id' })
  categoryId!: string

  @ManyToOne(() => Category)
  @JoinColumn({ name: 'category_id' })
  category?: Relation<Category>
}

@Entity('orders')
export class Order extends Stored {
  @Column({ type: 'text' })
  title!: string

  @Column(whole)
  total!: number

  @Column({ type: idType, name: 'owner_id' })
  owner!: string
}

@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn({ type: idType })
  id!: string

  @Column({ type: 'text' })
  hash!: string

  @Column({ type: 'text', name: 'actor_id', nullable: true })
  actorId!: string | null

  @Column({ ...instant, name: 'expires_at', nullable: true })
  expiresAt!: string | null

  @Column({ ...instant, name: 'revoked_at', nullable: true })
  revokedAt!: string | null
}
