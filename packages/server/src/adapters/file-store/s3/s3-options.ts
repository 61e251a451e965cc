/** Where a bucket is, and who asks. */
export interface S3Options {
  /** The address of the bucket, without a slash at its end: `https://files.s3.eu-central-1.amazonaws.com`. */
  readonly bucketUrl: string
  /** Begins every key: `shop/`, or empty. */
  readonly prefix: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/**
 * Reads `s3://bucket/prefix?endpoint=https://minio.example&region=eu-central-1&style=path`; all behind the bucket may be left out. Without
 * an endpoint it is Amazon's. The credentials are in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
 *
 * @returns what is wrong with it, as a sentence, where it is.
 */
export function s3OptionsFromUrl(
  url: string,
  variables: Readonly<Record<string, string | undefined>>,
): S3Options | { readonly problem: string } {
  const { hostname: bucket = '', pathname = '', searchParams = new URLSearchParams() } = URL.parse(url) ?? {}
  const unknown = [...searchParams.keys()].find((name) => !['endpoint', 'region', 'style'].includes(name))
  const region = searchParams.get('region') ?? variables.AWS_REGION ?? 'us-east-1'
  const endpoint = searchParams.get('endpoint')
  const style = searchParams.get('style') ?? (endpoint === null ? 'host' : 'path')
  const prefix = pathname.replace(/^\/|\/$/g, '')
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return { problem: 'the bucket has no name such as my-files' }
  if (unknown !== undefined) return { problem: `it has ${unknown}, and there are endpoint, region and style` }
  if (!/^[a-z0-9-]{1,40}$/.test(region)) return { problem: 'the region is no name such as eu-central-1' }
  if (style !== 'path' && style !== 'host') return { problem: 'style is path or host' }
  if (!/^([a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*)?$/.test(prefix))
    return { problem: 'what follows the bucket has lower-case letters, digits, - and _' }
  const base = URL.parse(endpoint ?? `https://s3.${region}.amazonaws.com`)
  if (base === null || !/^https?:$/.test(base.protocol) || base.pathname !== '/' || base.search + base.username !== '')
    return { problem: 'the endpoint is an address such as https://minio.example:9000' }
  if (!accessKeyId || !secretAccessKey) return { problem: 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are to be set' }
  return {
    bucketUrl: style === 'path' ? `${base.origin}/${bucket}` : `${base.protocol}//${bucket}.${base.host}`,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region,
    accessKeyId,
    secretAccessKey,
    sessionToken: variables.AWS_SESSION_TOKEN || undefined,
  }
}
