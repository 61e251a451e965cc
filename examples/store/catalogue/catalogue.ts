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
  actions: [addOption, removeOption],
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
  ],
}
