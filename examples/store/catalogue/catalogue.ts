import { catalogueFeature } from './catalogue-feature.ts'
import { awaitTree, changeSlug, keepPlace, moveCategory, placeCategory } from './category-tree.ts'
import {
  addVariant,
  changeVariant,
  checkNewVariant,
  checkVariant,
  keepLastVariant,
  openVariant,
  priceVariant,
  removeVariant,
} from './keep-product.ts'
import { limitPrices } from './limit-prices.ts'
import { addOption, removeOption } from './options.ts'

/** What the catalogue does, for the application to sum up. */
export const catalogue = {
  actions: [moveCategory, changeSlug, addOption, removeOption],
  hooks: [
    openVariant,
    priceVariant,
    checkNewVariant,
    addVariant,
    checkVariant,
    changeVariant,
    keepLastVariant,
    removeVariant,
    limitPrices,
    awaitTree,
    placeCategory,
    keepPlace,
  ],
  features: [catalogueFeature],
}
