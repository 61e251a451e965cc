import type { Feature, FeatureContext, FeatureRuntime } from '../model/feature.ts'

export interface StartedFeatures {
  readonly running: readonly FeatureRuntime[]
  /** Stops them, the last started first. All are stopped, even when one fails; then the first failure is thrown. */
  stop(): Promise<void>
}

/** Starts the features in their order; when one fails, those before it are stopped again. */
export async function startFeatures(features: readonly Feature[], context: FeatureContext): Promise<StartedFeatures> {
  const running: FeatureRuntime[] = []
  const stop = () => stopAll(running.toReversed())
  try {
    for (const feature of features) if (feature.start !== undefined) running.push(await feature.start(context))
  } catch (error) {
    await stop().catch(() => {}) // why it did not start is what matters
    throw error
  }
  return { running, stop }
}

async function stopAll(features: readonly FeatureRuntime[]): Promise<void> {
  const failures: unknown[] = []
  for (const feature of features) {
    try {
      await feature.stop?.()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
