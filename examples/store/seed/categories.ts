export interface CategorySeed {
  readonly slug: string
  readonly name: string
  readonly description: string
  /** Slug of the category above; parents come first. */
  readonly parent?: string
}

export const categorySeeds: readonly CategorySeed[] = [
  { slug: 'coffee', name: 'Coffee', description: 'Roasted every Tuesday in a twelve-kilo drum, posted on Wednesday.' },
  {
    slug: 'filter-coffee',
    name: 'Filter Coffee',
    description: 'Light and medium roasts for slow water.',
    parent: 'coffee',
  },
  {
    slug: 'espresso',
    name: 'Espresso',
    description: 'Developed roasts with body, for pressure and for milk.',
    parent: 'coffee',
  },
  {
    slug: 'decaf',
    name: 'Decaf & Half-Caf',
    description: 'The same beans, for the second half of the day.',
    parent: 'coffee',
  },

  { slug: 'tea', name: 'Tea', description: 'Whole leaf from gardens we know by name.' },
  { slug: 'black-tea', name: 'Black Tea', description: 'Breakfast blends and single gardens.', parent: 'tea' },
  {
    slug: 'green-tea',
    name: 'Green & White Tea',
    description: 'Steamed, pan-fired and barely touched leaves.',
    parent: 'tea',
  },
  {
    slug: 'herbal-tea',
    name: 'Herbal Infusions',
    description: 'No caffeine, and a good deal of garden.',
    parent: 'tea',
  },

  { slug: 'brewing', name: 'Brewing', description: 'What stands between good leaves and a good cup.' },
  {
    slug: 'coffee-makers',
    name: 'Coffee Makers',
    description: 'Drippers, presses and pots without a plug.',
    parent: 'brewing',
  },
  {
    slug: 'teapots',
    name: 'Teapots & Kettles',
    description: 'For one patient person or a full table.',
    parent: 'brewing',
  },
  { slug: 'grinders', name: 'Grinders & Scales', description: 'Even grounds, honest grams.', parent: 'brewing' },

  { slug: 'kitchen', name: 'Kitchen', description: 'Tools for small kitchens that are used every day.' },
  {
    slug: 'cookware',
    name: 'Pots & Pans',
    description: 'Iron, steel and copper that outlive the stove.',
    parent: 'kitchen',
  },
  {
    slug: 'knives',
    name: 'Knives & Boards',
    description: 'Sharp things, and something to rest them on.',
    parent: 'kitchen',
  },
  { slug: 'storage', name: 'Jars & Tins', description: 'Dry, dark and labelled.', parent: 'kitchen' },

  { slug: 'table', name: 'Table', description: 'Stoneware, enamel and glass for every day.' },
  {
    slug: 'cups',
    name: 'Cups & Mugs',
    description: 'From a thimble of espresso to a night watch of tea.',
    parent: 'table',
  },
  {
    slug: 'bowls',
    name: 'Plates & Bowls',
    description: 'Thrown in Porto, glazed in five colours of weather.',
    parent: 'table',
  },

  { slug: 'pantry', name: 'Pantry', description: 'What belongs beside the cup.' },
  {
    slug: 'sweets',
    name: 'Biscuits & Chocolate',
    description: 'Baked and tempered in small kitchens like yours.',
    parent: 'pantry',
  },
  { slug: 'salt-and-spice', name: 'Salt & Spice', description: 'Whole, fresh and strong.', parent: 'pantry' },
  { slug: 'preserves', name: 'Honey & Preserves', description: 'Summer, with a lid on.', parent: 'pantry' },
]
