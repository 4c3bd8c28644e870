// Small helps. Every page works without them.

// An error summary takes the focus, so that it is read first.
document.getElementById('error-summary')?.focus()

// How many characters are left. Line breaks count as two, as the server counts them.
for (const text of document.querySelectorAll('[data-limit-for]')) {
  const field = document.getElementById(text.dataset.limitFor)
  const limit = Number(text.dataset.limit)
  const show = () => {
    const left = limit - field.value.replace(/\r?\n/g, '\r\n').length
    text.textContent = (left < 0 ? text.dataset.over : text.dataset.left).replace('{n}', Math.abs(left))
    text.classList.toggle('limit-exceeded', left < 0)
  }
  field?.addEventListener('input', show)
}

// A second press on the button within two seconds is a slip of the finger; a later one sends again.
document.addEventListener('submit', (event) => {
  const form = event.target
  if (form.method !== 'post') return
  const now = Date.now()
  if (now - Number(form.dataset.sent || 0) < 2000) event.preventDefault()
  else form.dataset.sent = now
})

// Escape closes the menu and gives the focus back.
document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' && event.target.closest?.('details[open].nav-narrow')
  if (menu) {
    menu.open = false
    menu.querySelector('summary').focus()
  }
})

// An address is copied at a press; whoever has no clipboard marks it and copies by hand.
for (const button of document.querySelectorAll('[data-copy]')) {
  const field = document.getElementById(button.dataset.copy)
  field.addEventListener('focus', () => field.select())
  button.hidden = !navigator.clipboard
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(field.value)
    document.getElementById(`${field.id}-status`).textContent = button.dataset.copied
  })
}
