/** What a mail says, for programs that show no HTML. Links stand behind their words. */
export function textFromHtml(markup: string): string {
  const text = markup
    .replace(/<p data-text="skip"[^>]*>[\s\S]*?<\/p>/g, '') // says once more what a button says
    .replace(/\s+/g, ' ')
    .replace(/<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)<\/a>/g, (_, link: string, words: string) => linkText(link, words))
    .replace(/<br\s*\/?>/g, '\n')
    .replace(/<li\b[^>]*>/g, '\n- ')
    .replace(/<\/(?:td|th)>/g, ' ')
    .replace(/<\/tr>/g, '\n')
    .replace(/<\/?(?:p|h[1-6]|ul|ol|table|div|blockquote|hr)\b[^>]*>/g, '\n\n')
    .replace(/<[^>]*>/g, '')
  return plain(text)
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function linkText(link: string, words: string): string {
  return link === words || link === '#' ? words : `${words}: ${link}`
}

const signs: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ', amp: '&' }

function plain(text: string): string {
  return text.replace(/&(lt|gt|quot|#39|nbsp|amp);/g, (_, name: string) => signs[name]!)
}
