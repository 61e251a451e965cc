const namesFromFile = new Set<string>() // the environment of the process is one, and so is this

/** Sets the variables of `.env` in the current folder; those that are set already win. */
export function loadEnvironmentFile(): void {
  const before = new Set(Object.keys(process.env))
  try {
    process.loadEnvFile('.env')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  for (const name of Object.keys(process.env)) if (!before.has(name)) namesFromFile.add(name)
}

/** For a process that reads `.env` anew: the variables that came from the file, as not set. */
export function withoutEnvironmentFile(): Readonly<Record<string, undefined>> {
  return Object.fromEntries([...namesFromFile].map((name) => [name, undefined]))
}
