/** What lets somebody in: the `token` of the link, and the `challenge` of a sign-in that needs a second factor. */
const secrets = {}

for (const form of document.forms) form.addEventListener('submit', submit)
on('[data-show]', showOrHide)
on('[data-go]', ({ currentTarget }) => go(currentTarget.dataset.go))
on('[data-arrive]', arrive)
open(document.querySelector('main').dataset.opens)

function on(selector, listener) {
  for (const element of document.querySelectorAll(selector)) element.addEventListener('click', listener)
}

function open(what) {
  if (what === 'session') return openSession()
  if (what === 'ask') return show('ask', true)
  readToken()
  addEventListener('hashchange', readToken) // another link, opened in the same tab
}

/** Takes the token out of the address, so that it is in no history, bookmark or screenshot. */
function readToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (location.hash !== '') history.replaceState(null, '', location.pathname)
  if (given !== null) secrets.token = given
  show(secrets.token === undefined ? 'expired' : 'ask', given === null)
}

async function openSession() {
  const answer = await fetch('/api/auth/session')
  if (!answer.ok) return location.replace(`/auth/sign-in${location.search}`)
  const { account, factors, stage } = await answer.json()
  fill('email', (element) => element.append(account.email))
  for (const part of document.querySelectorAll('[data-factor]'))
    part.hidden = (part.dataset.factor === 'none') !== (factors.length === 0)
  show(stage === 'enrol' ? 'begin' : 'account', true)
}

async function submit(event) {
  event.preventDefault()
  const form = event.currentTarget
  const button = form.querySelector('[type=submit]')
  if (button.getAttribute('aria-busy') === 'true') return
  button.setAttribute('aria-busy', 'true')
  clearProblems(form)
  try {
    await send(form)
  } catch ({ name }) {
    const isPasskey = name === 'NotAllowedError' || name === 'AbortError'
    tell(form, isPasskey ? 'No passkey was shown.' : 'The server cannot be reached. Try again in a moment.')
  } finally {
    button.removeAttribute('aria-busy')
  }
}

async function send(form) {
  const { submitTo, with: secret, passkey, next } = form.dataset
  const values = { ...(secret && { [secret]: secrets[secret] }), ...valuesOf(form) }
  if (passkey !== '') {
    const begun = await post(passkey, values)
    if (!begun.isOk) return refused(form, begun.said)
    values.passkey = await passkeyFor(begun.said.options)
  }
  const { isOk, said } = await post(submitTo, values)
  if (!isOk) return refused(form, said)
  delete secrets[secret]
  goOn(said, next)
}

async function post(path, values) {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(values) })
  return { isOk: answer.ok, said: answer.status === 204 ? {} : await answer.json() }
}

async function passkeyFor(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  return (await navigator.credentials.get({ publicKey })).toJSON()
}

function goOn(said, next) {
  if (said.recoveryCodes) return showCodes(said.recoveryCodes)
  if (said.qr) return showAuthenticator(said)
  if (said.status === 'second-factor-enrolment-required') return location.assign(`/auth/account${location.search}`)
  if (said.status === 'second-factor-required') {
    secrets.challenge = said.challenge
    return show('factor')
  }
  if (next === 'arrive') return arrive()
  if (next.startsWith('/')) return location.assign(next)
  show(next)
}

/** To where somebody wanted to go before signing in: a path of this site and nothing else. */
function arrive() {
  const wanted = new URLSearchParams(location.search).get('returnTo') ?? ''
  const url = wanted.startsWith('/') ? URL.parse(wanted, location.origin) : null
  location.assign(url?.origin === location.origin ? url.href : '/auth/account')
}

function showAuthenticator({ secret, uri, qr }) {
  fill('qr', (image) => {
    image.src = `data:image/svg+xml,${encodeURIComponent(qr)}`
  })
  fill('secret', (code) => code.replaceChildren(secret.match(/.{1,4}/g).join(' ')))
  fill('uri', (link) => {
    link.href = uri
  })
  show('enrol')
}

function showCodes(codes) {
  const items = codes.map((code) => Object.assign(document.createElement('li'), { textContent: code }))
  fill('codes', (list) => list.replaceChildren(...items))
  show('codes')
}

function fill(what, how) {
  for (const element of document.querySelectorAll(`[data-fill="${what}"]`)) how(element)
}

/** What is filled in. `profile/name` becomes a member of the member `profile`. */
function valuesOf(form) {
  const values = {}
  for (const [name, value] of new FormData(form)) {
    const [member, inner] = name.split('/')
    if (value === '') continue
    if (inner === undefined) values[name] = value
    else values[member] = { ...values[member], [inner]: value }
  }
  return values
}

/** Some refusals have a step of their own. */
function refused(form, said) {
  const step = said.code === 'auth_secret_invalid' ? form.dataset.failed : stepFor(said.code)
  if (step === undefined) return tellProblems(form, said)
  go(step)
}

function stepFor(code) {
  return document.querySelector(`[data-for="${code}"]`)?.dataset.step
}

/** Each problem beside its field; what belongs to none above them. */
function tellProblems(form, { detail, errors = [] }) {
  const homeless = errors.filter(({ pointer, message }) => !tellBeside(form, pointer.slice(1), message))
  if (errors.length === 0 || homeless.length > 0) tell(form, detail)
  form.querySelector('[aria-invalid]')?.focus()
}

function tellBeside(form, name, message) {
  const input = form.elements.namedItem(name)
  const list = input && document.getElementById(`${input.id}-problems`)
  if (!list) return false
  input.setAttribute('aria-invalid', 'true')
  const item = document.createElement('li')
  item.textContent = /^[A-Z]/.test(message) ? message : `This ${message}.`
  list.append(item)
  return true
}

function tell(form, message) {
  const alert = form.querySelector('.alert')
  alert.textContent = message
  alert.hidden = false
}

function clearProblems(form) {
  form.querySelector('.alert').hidden = true
  for (const list of form.querySelectorAll('.problems')) list.replaceChildren()
  for (const input of form.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid')
}

/** To another step, with the address that was typed already. */
function go(step) {
  const addresses = [...document.querySelectorAll('input[name=email]')]
  const typed = addresses.find(({ value }) => value !== '')?.value
  for (const input of addresses) if (typed && input.value === '') input.value = typed
  show(step)
}

/** One step at a time. Whoever listens to the page hears of the next. */
function show(step, isFirst = false) {
  for (const section of document.querySelectorAll('[data-step]')) section.hidden = section.dataset.step !== step
  const heading = document.querySelector(`[data-step="${step}"] h1`)
  if (!isFirst) heading?.focus()
}

function showOrHide({ currentTarget: button }) {
  const input = document.getElementById(button.dataset.show)
  const isShown = input.type === 'text'
  input.type = isShown ? 'password' : 'text'
  button.textContent = isShown ? 'Show' : 'Hide'
  button.setAttribute('aria-pressed', String(!isShown))
  input.focus()
}
