/**
 * How much a client wants a media type, by its `Accept` header (RFC 9110, 12.5.1): 0 (not at all) to 1.
 *
 * The most specific range decides. Without a header everything is welcome.
 */
export function acceptQuality(accept: string | undefined, type: string): number {
  if (accept === undefined || accept === '' || accept === '*/*' || accept === type) return 1
  const family = `${type.slice(0, type.indexOf('/'))}/*`
  const specificity = new Map([
    [type, 3],
    [family, 2],
    ['*/*', 1],
  ])
  let best = { rank: 0, quality: 0 }
  for (const part of accept.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase())
    const rank = specificity.get(range) ?? 0
    if (rank > best.rank) best = { rank, quality: qualityIn(parameters) }
  }
  return best.quality
}

function qualityIn(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  if (weight === undefined) return 1
  const quality = Number(weight.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
