import { giveOption } from '../catalogue/options.ts'
import type { StoreDb } from '../collections.ts'
import { categorySeeds } from './categories.ts'
import { productSeeds, taxCategoryOf } from './products/index.ts'
import { idOfSlug, seedId } from './seed-id.ts'
import { tagSeeds } from './tags.ts'
import { type ChoiceSeed, choiceOf, weightOf } from './variants.ts'

export async function seedCatalogue(db: StoreDb): Promise<void> {
  for (const [index, tag] of tagSeeds.entries()) await db.tags.create({ id: seedId('tags', index), ...tag })
  for (const [index, { parent, ...category }] of categorySeeds.entries()) {
    await db.categories.create({
      id: seedId('categories', index),
      ...category,
      position: index,
      parent: parent === undefined ? null : idOfSlug('categories', categorySeeds, parent),
    })
  }
  for (const index of productSeeds.keys()) await seedProduct(index, db)
}

async function seedProduct(index: number, db: StoreDb): Promise<void> {
  const product = productSeeds[index]!
  const choice = choiceOf(product)
  const { slug, name, description, size, price, costPrice, category, tags, status = 'active' } = product
  const id = seedId('products', index)
  await db.products.create({
    id,
    slug,
    name,
    description,
    size: choice === undefined ? size : null,
    status,
    price: { amount: price },
    taxCategory: taxCategoryOf(product),
    category: idOfSlug('categories', categorySeeds, category),
    tags: tags.map((tag) => idOfSlug('tags', tagSeeds, tag)),
  })
  await db.variants.update(id, { sku: slug, costPrice: { amount: costPrice }, weightGrams: weightOf(product) })
  if (choice !== undefined) await seedChoice(index, choice, db)
}

async function seedChoice(index: number, { option, value, others }: ChoiceSeed, db: StoreDb): Promise<void> {
  const product = seedId('products', index)
  await giveOption(product, { option, value }, db)
  for (const [offset, { value: other, price, costPrice, stock: _, ...variant }] of others.entries()) {
    await db.variants.create({
      id: otherVariantId(index, offset),
      product,
      options: [other],
      position: offset + 1,
      price: { amount: price },
      costPrice: { amount: costPrice },
      ...variant,
    })
  }
}

/** Of a variant that is not the first of its product. @param offset  at most 15. */
export function otherVariantId(product: number, offset: number): string {
  return seedId('variants', product * 16 + offset)
}
