export interface TagSeed {
  readonly slug: string
  readonly name: string
}

export const tagSeeds: readonly TagSeed[] = [
  { slug: 'bestseller', name: 'Bestseller' },
  { slug: 'new', name: 'New' },
  { slug: 'limited', name: 'Limited' },
  { slug: 'organic', name: 'Organic' },
  { slug: 'fair-trade', name: 'Fair Trade' },
  { slug: 'vegan', name: 'Vegan' },
  { slug: 'small-batch', name: 'Small Batch' },
  { slug: 'handmade', name: 'Handmade' },
  { slug: 'plastic-free', name: 'Plastic-Free' },
  { slug: 'gift', name: 'Good Gift' },
]
