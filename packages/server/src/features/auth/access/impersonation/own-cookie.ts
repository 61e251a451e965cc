import type { AuthKit } from '../../kit.ts'

/** The cookie that keeps an administrator's own session while they act as somebody else. */
export function ownCookie({ cookies }: Pick<AuthKit, 'cookies'>): string {
  return cookies.nameOf('own-session')
}
