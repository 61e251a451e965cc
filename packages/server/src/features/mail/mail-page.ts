import { Html, html, type MailPlace } from '../../plugin.ts'

const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/** What every mail looks like. Mail programs know little: tables, styles at their elements, no files from elsewhere. */
export function mailPage(subject: string, body: Html, place: MailPlace): string {
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light">
<title>${subject}</title>
</head>
<body style="margin:0;padding:0;background:#f2f4f7">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f2f4f7">
<tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;${font}">
<tr><td style="padding:0 8px 16px;font-size:18px;font-weight:700;color:#1b2330">${place.appName}</td></tr>
<tr><td style="padding:32px;border-radius:12px;background:#ffffff;font-size:16px;line-height:1.55;color:#1b2330">
${new Html(withStyles(String(body)))}
</td></tr>
<tr><td style="padding:20px 8px 0;font-size:13px;line-height:1.5;color:#5b6472">${foot(place)}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`)
}

function foot({ appName, baseUrl }: MailPlace): Html {
  return baseUrl === undefined
    ? html`Sent by ${appName}.`
    : html`Sent by ${appName}, <a href="${baseUrl}" style="color:#5b6472">${baseUrl.replace(/^https?:\/\//, '')}</a>.`
}

const styles: Readonly<Record<string, string>> = {
  h1: 'margin:0 0 16px;font-size:22px;line-height:1.3',
  h2: 'margin:24px 0 8px;font-size:18px;line-height:1.3',
  p: 'margin:0 0 16px',
  ul: 'margin:0 0 16px;padding-left:20px',
  ol: 'margin:0 0 16px;padding-left:20px',
}

/** Gives plain elements their looks. Only markup of templates is seen here: in values `<` is escaped. */
function withStyles(markup: string): string {
  return markup.replace(/<(h1|h2|p|ul|ol)>/g, (_, name: string) => `<${name} style="${styles[name]}">`)
}
