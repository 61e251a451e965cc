import { defineErrors } from 'galley'

export const catalogueErrors = defineErrors('catalogue', {
  category_circle: { category: 'conflict', message: '{name} cannot be put below itself. Choose another place.' },
  category_depth: { category: 'conflict', message: 'Categories are at most {max} deep.' },
  category_place: {
    category: 'conflict',
    message: 'A category is moved by /categories/move, and given another slug by /categories/change-slug.',
  },
  last_variant: {
    category: 'conflict',
    message: 'A product has at least one variant. Retire this one, or delete the product.',
  },
  option_exists: { category: 'conflict', message: 'The product has the option {option} already.' },
  option_missing: { category: 'conflict', message: 'The product has no option {option}. It has: {options}.' },
  price_of_variants: {
    category: 'conflict',
    message: 'The product has {count} variants, each with a price of its own. Change theirs.',
  },
  price_list_ends: { category: 'invalid', message: 'A price list ends after it begins. Choose other moments.' },
  product_gone: { category: 'not_found', message: 'There is no such product any more.' },
  too_many_images: { category: 'conflict', message: 'A product has at most {max} pictures.' },
  too_many_options: { category: 'conflict', message: 'A product has at most {max} options.' },
  too_many_prices: { category: 'conflict', message: 'A variant has at most {max} prices in all lists together.' },
  too_many_variants: { category: 'conflict', message: 'A product has at most {max} variants.' },
  variant_elsewhere: { category: 'conflict', message: 'The variant is one of another product.' },
  variant_options: {
    category: 'invalid',
    message: 'A variant has one value for each option of its product. It has {count}: {options}.',
  },
})
