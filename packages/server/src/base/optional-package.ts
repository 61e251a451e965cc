/**
 * Loads a package that only some applications install.
 *
 * @throws what `missing` makes, when it is not there; whatever loading it throws, when it is.
 */
export async function loadOptional<Module>(
  load: () => Promise<Module>,
  missing: (cause: unknown) => Error,
): Promise<Module> {
  try {
    return await load()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw missing(cause)
  }
}

/** Sees to it that a package is there, without loading it. @throws what `missing` makes. */
export function requireInstalled(name: string, missing: (cause: unknown) => Error): void {
  try {
    import.meta.resolve(name)
  } catch (cause) {
    throw missing(cause)
  }
}
