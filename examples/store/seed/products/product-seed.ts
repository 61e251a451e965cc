export interface ProductSeed {
  readonly slug: string
  readonly name: string
  /** Slug of a category without children. */
  readonly category: string
  /** What one piece is: `250 g`, `0.6 l`. */
  readonly size: string
  /** Cents. */
  readonly price: number
  /** Cents. */
  readonly costPrice: number
  /** Pieces on hand. */
  readonly stock: number
  /** Slugs. */
  readonly tags: readonly string[]
  readonly description: string
  /** Default `active`. */
  readonly status?: 'draft' | 'retired'
}
