import { choice, integer, list, money, object, text } from 'galley'
import { defineFeature, type FeatureContext, type FeatureRoute, route } from 'galley/plugin'
import { type StoreDb, storeDbOf } from '../collections.ts'
import { shopCurrencies } from '../pricing/currencies.ts'
import { type FacetFilter, optionsFromText } from './facet-filter.ts'
import { facetsOf } from './facets.ts'
import { groupOf, pricesFor } from './price-for.ts'

/** What is asked of the catalogue as a whole. */
export const catalogueFeature = defineFeature({
  name: 'catalogue',
  start: (context) => ({ routes: [facetsRoute(context), pricesRoute(context)] }),
})

const wholeNumber = () => text({ pattern: /^[0-9]{1,12}$/, optional: true })
const counted = (fields: Parameters<typeof object>[0]) => list(object({ ...fields, count: integer() }), { max: 1_000 })

function facetsRoute(context: FeatureContext): FeatureRoute {
  return route('GET', '/api/products/facets', {
    collection: 'products',
    summary: 'Count the products on sale by category, tag, price and option',
    description: 'Each facet is counted as if nothing were chosen in it: so it tells what another choice would give.',
    input: {
      search: text({ max: 200, optional: true }),
      category: text({ pattern: /^(\/[a-z0-9-]{1,100}){1,8}\/$/, optional: true, description: 'A path: `/coffee/`.' }),
      tags: text({ max: 500, optional: true, description: 'Slugs, any of which will do: `organic,vegan`.' }),
      priceFrom: wholeNumber(),
      priceUntil: wholeNumber(),
      options: text({
        max: 1_000,
        pattern: /^([^:/]{1,30}:[^/]{1,60}(\/|$)){0,20}$/,
        optional: true,
        description: '`Size:250 g/Size:1 kg/Colour:Moss`: any of an option, and all options.',
      }),
    },
    output: {
      total: integer(),
      categories: counted({ path: text(), name: text() }),
      tags: counted({ slug: text(), name: text() }),
      prices: counted({ from: integer(), until: integer({ optional: true }) }),
      options: list(object({ option: text(), values: counted({ value: text() }) })),
    },
    async run({ input, actor }) {
      const filter: FacetFilter = {
        category: input.category,
        tags: input.tags?.split(',') ?? [],
        price: { from: numberFrom(input.priceFrom), until: numberFrom(input.priceUntil) },
        options: optionsFromText(input.options ?? ''),
      }
      const db = storeDbOf(context.dbAs(actor))
      return { body: await facetsOf(filter, input.search ?? undefined, db) }
    },
  })
}

function numberFrom(text: string | null): number | null {
  return text === null ? null : Number(text)
}

function pricesRoute(context: FeatureContext): FeatureRoute {
  return route('GET', '/api/variants/prices', {
    collection: 'variants',
    summary: 'What variants cost whoever asks',
    description: 'In a currency, for a quantity of each. Null: it cannot be bought in this currency, or not at all.',
    input: {
      variants: text({ max: 3_699, description: 'Ids, at most a hundred.' }),
      currency: choice(shopCurrencies),
      quantity: text({ pattern: /^[1-9][0-9]{0,3}$/, default: '1' }),
    },
    output: { data: list(object({ variant: text(), price: money({ optional: true }) })) },
    async run({ input, actor, now }) {
      const store = storeDbOf(context.db)
      const group = await groupOf(actor.id, store)
      const variants = await variantsOnSale(input.variants.split(','), storeDbOf(context.dbAs(actor)))
      const wishes = variants.map((variant) => ({ variant, quantity: Number(input.quantity) }))
      const prices = await pricesFor(wishes, { currency: input.currency, group, now }, store)
      return { body: { data: input.variants.split(',').map((id) => ({ variant: id, price: prices.get(id) ?? null })) } }
    },
  })
}

async function variantsOnSale(ids: readonly string[], db: StoreDb) {
  const where = { id: { in: ids }, status: 'active', product: { status: 'active' } } as const
  return (await db.variants.find({ where, limit: 100 })).data
}
