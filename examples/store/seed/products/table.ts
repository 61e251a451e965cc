import type { ProductSeed } from './product-seed.ts'

export const table: readonly ProductSeed[] = [
  {
    slug: 'night-watch-mug',
    name: 'Night Watch Mug',
    category: 'cups',
    size: '0.45 l',
    price: 2200,
    costPrice: 940,
    stock: 86,
    tags: ['bestseller', 'handmade'],
    description:
      'A wide stoneware mug with a handle for the whole hand and a glaze like deep water. Holds nearly half a litre, and the warmth for longer.',
  },
  {
    slug: 'thimble-cups',
    name: 'Thimble Cups',
    category: 'cups',
    size: '2 × 70 ml',
    price: 2400,
    costPrice: 1050,
    stock: 52,
    tags: ['gift'],
    description:
      'Two thick-walled espresso cups that hold their heat and a double shot. The foot is left unglazed, so that they stay on a tilting table.',
  },
  {
    slug: 'enamel-mug',
    name: 'Enamel Mug',
    category: 'cups',
    size: '0.3 l',
    price: 1350,
    costPrice: 470,
    stock: 115,
    tags: ['plastic-free', 'vegan'],
    description:
      'White steel with a blue rim, as on every boat and building site. Falls down stairs without complaint and grows more handsome each time.',
  },
  {
    slug: 'tea-glasses',
    name: 'Tea Glasses',
    category: 'cups',
    size: '4 × 0.2 l',
    price: 2800,
    costPrice: 1200,
    stock: 39,
    tags: ['new'],
    description:
      'Four hand-blown glasses with a narrow waist, so that fingers stay cool while mint tea stays hot. No two are quite the same height.',
  },
  {
    slug: 'porridge-bowl',
    name: 'Porridge Bowl',
    category: 'bowls',
    size: '0.6 l',
    price: 2100,
    costPrice: 900,
    stock: 74,
    tags: ['bestseller', 'handmade'],
    description:
      'Deep enough for soup, wide enough for porridge, and shaped to be held on a sofa. Thrown in Porto, in sand, moss, slate, rust or fog.',
  },
  {
    slug: 'supper-plate',
    name: 'Supper Plate',
    category: 'bowls',
    size: '26 cm',
    price: 2600,
    costPrice: 1150,
    stock: 68,
    tags: ['handmade'],
    description:
      'A calm dinner plate with a low rim that keeps the sauce aboard. Goes into oven and dishwasher, and looks good under nothing but bread.',
  },
  {
    slug: 'salt-dish',
    name: 'Salt Dish',
    category: 'bowls',
    size: '9 cm',
    price: 950,
    costPrice: 330,
    stock: 99,
    tags: ['gift', 'handmade'],
    description:
      'A dish for two pinches of salt, one tea bag or all your rings while you knead. Made from the clay that is left at the end of the week.',
  },
  {
    slug: 'serving-basin',
    name: 'Serving Basin',
    category: 'bowls',
    size: '32 cm',
    price: 6200,
    costPrice: 3000,
    stock: 11,
    tags: ['handmade', 'limited'],
    description:
      'One broad bowl for the middle of the table: salad for eight, pasta for six, or every apple from a small tree. Fired once a season.',
  },
]
