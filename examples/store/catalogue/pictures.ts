import { asSystem, everyone, role } from 'galley'
import { files } from 'galley/files'
import { hook, type StoreDb } from '../collections.ts'
import { catalogueErrors } from './errors.ts'

/** Pictures are shown to everybody who has their address, also those of drafts: upload what may be seen. */
export const pictures = files({
  types: ['image/jpeg', 'image/png', 'image/webp', 'image/avif'],
  sizes: {
    thumb: { width: 160, height: 160, fit: 'cover' },
    card: { width: 480 },
    page: { width: 1_200 },
  },
  rules: { read: everyone(), create: role('manager'), delete: role('manager') },
})

const maxImages = 50

export const limitImages = hook('product-images', 'afterCreate', async ({ record, db }) => {
  if ((await asSystem(db)['product-images'].count({ product: record.product })) > maxImages)
    throw catalogueErrors.too_many_images({ details: { max: maxImages } })
})

/** A picture that shows a variant shows one of its product. */
export const checkShownVariant = hook('product-images', 'afterUpdate', ({ record, db }) =>
  requireOwn(record, asSystem(db)),
)
export const checkNewImage = hook('product-images', 'afterCreate', ({ record, db }) => requireOwn(record, asSystem(db)))

/** An image that is taken away takes its file along. */
export const removeFile = hook('product-images', 'afterDelete', ({ record, db }) =>
  filesOf(asSystem(db)).delete(record.file),
)

/** One by one, so that the files go as well. */
export const removeImages = hook('products', 'beforeDelete', async ({ record, db }) => {
  const images = asSystem(db)['product-images']
  const { data } = await images.find({ where: { product: record.id }, limit: maxImages })
  for (const image of data) await images.delete(image.id)
})

async function requireOwn(
  { product, variant }: { readonly product: string; readonly variant: string | null },
  store: StoreDb,
): Promise<void> {
  if (variant === null) return
  if ((await store.variants.get(variant)).product !== product) throw catalogueErrors.variant_elsewhere()
}

/** The files belong to the feature, which the collections of the shop do not know. */
function filesOf(store: StoreDb): { delete(id: string): Promise<void> } {
  return (store as unknown as { readonly files: StoreDb['products'] }).files
}
