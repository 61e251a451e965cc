/** Makes an element: `element('a', { href: '#x' }, 'text', child)`. Text is always text, never markup; undefined is nothing. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value)
    else if (value === true) made.setAttribute(key, '')
    else if (value !== undefined && value !== false) made.setAttribute(key, value)
  }
  made.append(...children.flat(2).filter((child) => child !== undefined))
  return made
}

/** A description: paragraphs, and code between back quotes. */
export function prose(text = '') {
  return text.split(/\n\n+/).map((paragraph) => element('p', {}, ...inline(paragraph)))
}

function inline(text) {
  return text.split(/(`[^`]+`)/).map((part) => (/^`.+`$/.test(part) ? element('code', {}, part.slice(1, -1)) : part))
}

export function heading(text) {
  return element('h3', {}, text)
}
