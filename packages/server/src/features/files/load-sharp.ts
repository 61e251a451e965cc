import type Sharp from 'sharp'
import { fileErrors } from './errors.ts'

export type SharpLibrary = typeof Sharp

/** Whether `sharp` is there, which only applications that make sizes of images install. */
export function hasSharp(): boolean {
  try {
    import.meta.resolve('sharp')
    return true
  } catch {
    return false
  }
}

let loaded: Promise<SharpLibrary> | undefined

/** Loads `sharp`, which takes a moment and 20 MB: with the first image. */
export function loadSharp(): Promise<SharpLibrary> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<SharpLibrary> {
  const sharp = await importSharp()
  // What is made once is kept in the store: libvips need not remember it.
  sharp.cache(false)
  return sharp
}

async function importSharp(): Promise<SharpLibrary> {
  try {
    return (await import('sharp')).default
  } catch (cause) {
    throw fileErrors.sharp_missing({ cause })
  }
}
