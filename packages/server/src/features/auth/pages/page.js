/** What lets somebody in: the `token` of the link, and the `challenge` of a sign-in that needs a second factor. */
const secrets = {}

readToken()
addEventListener('hashchange', readToken) // another link, opened in the same tab
for (const form of document.forms) form.addEventListener('submit', submit)
for (const button of document.querySelectorAll('[data-show]')) button.addEventListener('click', showOrHide)

/** Takes the token out of the address, so that it is in no history, bookmark or screenshot. */
function readToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (location.hash !== '') history.replaceState(null, '', location.pathname)
  if (given !== null) secrets.token = given
  show(secrets.token === undefined ? 'expired' : 'ask', given === null)
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
  } catch {
    tell(form, 'The server cannot be reached. Try again in a moment.')
  } finally {
    button.removeAttribute('aria-busy')
  }
}

async function send(form) {
  const { submitTo, with: secret, then } = form.dataset
  const answer = await fetch(submitTo, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...(secret && { [secret]: secrets[secret] }), ...valuesOf(form) }),
  })
  const said = answer.status === 204 ? {} : await answer.json()
  if (answer.ok) return goOn(said, secret, then)
  if (said.code === 'auth_secret_invalid') return show('expired')
  tellProblems(form, said)
}

function goOn({ status, challenge }, used, then) {
  delete secrets[used]
  if (status !== 'second-factor-required') return show(then)
  secrets.challenge = challenge
  show('factor')
}

/** What is filled in. `profile/name` becomes a member of the member `profile`; a code with letters is a recovery code. */
function valuesOf(form) {
  const values = {}
  for (const [name, value] of new FormData(form)) {
    const [member, inner] = name.split('/')
    if (value === '') continue
    if (inner !== undefined) values[member] = { ...values[member], [inner]: value }
    else values[name === 'code' && /[^\d\s]/.test(value) ? 'recoveryCode' : name] = value
  }
  return values
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

/** One step at a time. Whoever listens to the page hears of the next. */
function show(step, isFirst = false) {
  for (const section of document.querySelectorAll('[data-step]')) section.hidden = section.dataset.step !== step
  const heading = document.querySelector(`[data-step="${step}"] h1`)
  if (!isFirst) heading.focus()
}

function showOrHide({ currentTarget: button }) {
  const input = document.getElementById(button.dataset.show)
  const isShown = input.type === 'text'
  input.type = isShown ? 'password' : 'text'
  button.textContent = isShown ? 'Show' : 'Hide'
  button.setAttribute('aria-pressed', String(!isShown))
  input.focus()
}
