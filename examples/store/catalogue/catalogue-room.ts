import type { Room } from '../room.ts'
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
import { checkNewImage, checkShownVariant, limitImages, pictures, removeFile, removeImages } from './pictures.ts'
import { checkNewTimes, checkTimes } from './price-list-times.ts'

/** What is done with the catalogue, for the application to sum up. */
export const catalogueRoom: Room = {
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
    checkNewTimes,
    checkTimes,
    awaitTree,
    placeCategory,
    keepPlace,
    limitImages,
    checkNewImage,
    checkShownVariant,
    removeFile,
    removeImages,
  ],
  features: [catalogueFeature, pictures],
}
