import { defineErrors } from '../../plugin.ts'

export const fileErrors = defineErrors('files', {
  type_refused: { category: 'unprocessable', message: 'A file like this is not taken. Send one of: {types}.' },
  empty: { category: 'unprocessable', message: 'The file is empty. Choose another one.' },
  damaged: { category: 'unprocessable', message: 'The image cannot be read: it is damaged. Send another one.' },
  too_many_pixels: {
    category: 'unprocessable',
    message: 'The image has {pixels} pixels, and at most {maxPixels} are taken. Send a smaller one.',
  },
  form_unreadable: {
    category: 'invalid',
    message: 'The form cannot be read. Send one file as multipart/form-data, or the file itself as the body.',
  },
  size_unknown: { category: 'not_found', message: 'There is no such size. There are: {sizes}.' },
  not_an_image: { category: 'not_found', message: 'The file is no image, and comes in its original size only.' },
  gone: { category: 'not_found', message: 'The file was deleted while it came.' },
  busy: { category: 'unavailable', message: 'Too many images are being made now. Try again in a moment.' },
  sharp_missing: {
    category: 'internal',
    message: 'Sizes of images are made by sharp, which is not installed. Install it with npm install sharp.',
  },
})
