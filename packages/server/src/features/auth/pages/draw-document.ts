import { type Html, html } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'

export interface PageDocument {
  readonly title: string
  /** What it begins with: a step, the token of the link (`token`), or who is signed in (`session`). */
  readonly opens: 'ask' | 'token' | 'session'
  readonly steps: Html
}

/** The page as HTML. It runs one script and has one style, both from here (the standing Content-Security-Policy allows no more). */
export function drawDocument({ title, opens, steps }: PageDocument, { context }: AuthKit): string {
  const appName = context.model.name
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${appName}</title>
<link rel="stylesheet" href="/auth/page.css">
<script type="module" src="/auth/page.js"></script>
</head>
<body>
<header><a href="/">${appName}</a></header>
<main data-opens="${opens}">
<noscript><p class="alert">This page needs JavaScript.</p></noscript>
${steps}
</main>
</body>
</html>
`)
}
