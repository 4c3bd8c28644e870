// The counting room: each tap shows at once, is kept on the phone until the portal has it, and is sent once.
// A tap is { id, kind: 'party' | 'audience', key, value, url, at }: a party's heads, or a step up or down. No names.
const room = document.querySelector('[data-room]')
const text = room.dataset
const queueName = `room-${text.room}-${text.counter}`
const numbers = new Intl.NumberFormat(document.documentElement.lang)
const rows = { party: new Map(), audience: new Map() }
for (const row of room.querySelectorAll('[data-party]')) rows.party.set(row.dataset.party, row)
for (const row of room.querySelectorAll('[data-audience]')) rows.audience.set(row.dataset.audience, row)

// What the portal has, as far as this page knows.
let known = { parties: {}, audiences: {} }
for (const [key, row] of rows.party) known.parties[key] = Number(row.dataset.arrived)
for (const [key, row] of rows.audience) known.audiences[key] = Number(row.dataset.count)

let memory = [] // where the browser keeps nothing
let sending = false
let closed = false
let retry = 0

function readQueue() {
  try {
    return JSON.parse(localStorage.getItem(queueName) || '[]')
  } catch {
    return memory
  }
}
function writeQueue(queue) {
  memory = queue
  try {
    if (queue.length) localStorage.setItem(queueName, JSON.stringify(queue))
    else localStorage.removeItem(queueName)
  } catch { /* private windows may refuse; the taps stay in memory */ }
}
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID()
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

// The room as the counter sees it: what the portal has, and the taps on their way.
function figures() {
  const now = { parties: { ...known.parties }, audiences: { ...known.audiences } }
  for (const tap of readQueue()) {
    if (tap.kind === 'party') now.parties[tap.key] = tap.value
    else now.audiences[tap.key] = Math.max(0, (now.audiences[tap.key] || 0) + tap.value)
  }
  const sum = (of) => Object.values(of).reduce((a, b) => a + b, 0)
  now.arrived = sum(now.parties)
  now.total = now.arrived + sum(now.audiences)
  return now
}
function put(selector, value) {
  const node = room.querySelector(selector)
  if (node) node.textContent = value
}
function render() {
  const now = figures()
  put('[data-arrived]:not(.room-row)', numbers.format(now.arrived))
  put('[data-total]', numbers.format(now.total))
  put('[data-close-link]', text.close.replace('{n}', numbers.format(now.total)))
  for (const [key, row] of rows.party) showParty(row, now.parties[key] || 0)
  for (const [key, row] of rows.audience) {
    const heads = now.audiences[key] || 0
    row.querySelector('[data-figure]').textContent = numbers.format(heads)
    row.querySelector('[data-minus]').disabled = heads === 0
  }
  return now
}
function showParty(row, arrived) {
  const heads = Number(row.dataset.heads)
  const form = row.querySelector('.room-all')
  const toggle = row.querySelector('[data-toggle]')
  const of = form.dataset.ofText?.replace('{n}', arrived)
  if (toggle) {
    toggle.value = arrived ? 0 : heads
    toggle.classList.toggle('on', arrived > 0)
    toggle.querySelector('[data-word]').textContent = arrived === 0 ? text.came : arrived === heads ? text.here : of
  }
  row.querySelector('[data-all]')?.classList.toggle('on', arrived === heads)
  if (of) row.querySelector('[data-of]').textContent = arrived ? of : form.dataset.noneText
  const input = row.querySelector('.room-number')
  if (!input) return
  if (document.activeElement !== input && row.querySelector('[data-fault]').hidden) input.value = arrived
  row.querySelector('[data-minus]').value = Math.max(0, arrived - 1)
  row.querySelector('[data-minus]').disabled = arrived === 0
  row.querySelector('[data-plus]').value = arrived + 1
}
function say(kind, message) {
  const net = document.getElementById('room-net')
  net.className = `room-net room-net-${kind}`
  if (net.textContent !== message) net.textContent = message
}
function fault(tap, message) {
  const row = rows[tap.kind].get(tap.key)
  const place = row?.querySelector('[data-fault]')
  if (!place) return
  place.textContent = message
  place.hidden = !message
  const input = row.querySelector('.room-number')
  if (message) input?.setAttribute('aria-invalid', 'true')
  else input?.removeAttribute('aria-invalid')
}

room.addEventListener('submit', (event) => {
  const row = event.target.closest('.room-row')
  if (!row) return
  event.preventDefault()
  if (closed) return
  const kind = row.dataset.party ? 'party' : 'audience'
  const tap = { id: newId(), kind, key: row.dataset[kind], url: event.target.action, at: new Date().toISOString() }
  if (event.target.dataset.typed !== undefined) {
    const typed = event.target.elements.heads.value.trim()
    if (!/^\d{1,3}$/.test(typed) || Number(typed) > 500) return fault(tap, text.bad)
    tap.value = Number(typed)
  } else {
    tap.value = Number(event.submitter.value)
  }
  fault(tap, '')
  if (kind === 'party' && tap.value === (figures().parties[tap.key] || 0)) return render()
  writeQueue([...readQueue(), tap])
  const now = render()
  const heads = kind === 'party' ? now.parties[tap.key] : now.audiences[tap.key]
  const facts = { '{party}': row.dataset.name, '{n}': numbers.format(heads), '{total}': numbers.format(now.total) }
  document.getElementById('room-said').textContent = text.said.replace(/\{(party|n|total)\}/g, (name) => facts[name])
  send()
})
room.addEventListener('change', (event) => {
  if (event.target.matches('.room-number')) event.target.form.requestSubmit()
})
room.querySelector('[data-close-link]')?.addEventListener('click', (event) => {
  const left = readQueue().length
  if (!left || closed) return
  event.preventDefault()
  say('off', text.wait.replace('{n}', left))
  send()
})

function ask(address, body) {
  const headers = { Accept: 'application/json' }
  if (body) headers['X-CSRFToken'] = text.csrf
  return fetch(address, { method: body ? 'POST' : 'GET', body, headers, redirect: 'manual', credentials: 'same-origin' })
}
function learn(answer) {
  known = { parties: answer.parties, audiences: answer.audiences }
  text.csrf = answer.csrf
  if (Object.keys(answer.parties).some((key) => !rows.party.has(key))) say('off', text.changed)
}
const speaksJson = (answer) => (answer.headers.get('Content-Type') || '').startsWith('application/json')

// One tap after the other, in order; a tap leaves the phone's list only when the portal has answered it.
async function send() {
  if (sending || closed) return
  sending = true
  clearTimeout(retry)
  let trouble = ''
  let renewed = false
  while (!trouble && !closed && readQueue().length) {
    const tap = readQueue()[0]
    if (readQueue().length > 2) say('on', text.sending.replace('{n}', readQueue().length))
    const body = new URLSearchParams({ count_id: tap.id, counted_at: tap.at, csrf_token: text.csrf })
    body.set(tap.kind === 'party' ? 'heads' : 'step', tap.value)
    try {
      const answer = await ask(tap.url, body)
      if (answer.type === 'opaqueredirect') trouble = text.loggedOut
      else if (answer.ok && speaksJson(answer)) settle(tap, await answer.json())
      else if (answer.status < 500 && answer.status !== 429 && speaksJson(answer)) refuse(tap, await answer.json())
      else if (answer.status === 400 && !renewed) renewed = await renew()
      else trouble = text.trouble
    } catch {
      const left = readQueue().length
      trouble = left === 1 ? text.offlineOne : text.offlineMany.replace('{n}', left)
    }
  }
  sending = false
  render()
  if (closed) return
  if (trouble) {
    say('off', trouble)
    retry = setTimeout(send, 5000)
  } else if (document.getElementById('room-net').textContent !== text.changed) {
    const wasTrouble = document.getElementById('room-net').textContent !== ''
    say('ok', wasTrouble ? text.sent : '')
  }
}
function settle(tap, answer) {
  writeQueue(readQueue().filter((other) => other.id !== tap.id))
  learn(answer)
  render()
}
function refuse(tap, answer) {
  if (answer.key === 'closed') {
    closed = true
    say('off', text.closed.replace('{n}', readQueue().length))
    for (const button of room.querySelectorAll('.tap, .room-number')) button.disabled = true
    memory = []
    return writeQueue([])
  }
  writeQueue(readQueue().filter((other) => other.id !== tap.id))
  fault(tap, answer.message)
  render()
}
// Somebody who logged in again has a new token.
async function renew() {
  const answer = await ask(text.state)
  if (!answer.ok || !speaksJson(answer)) throw new Error('no state')
  learn(await answer.json())
  return true
}
// Others count too: looks now and then, while the page is in front and nothing is on its way.
async function look() {
  if (document.hidden || closed) return
  if (sending || readQueue().length) return send()
  try {
    const answer = await ask(text.state)
    if (!answer.ok || !speaksJson(answer) || sending || readQueue().length) return
    learn(await answer.json())
    render()
  } catch { /* the next tap will tell */ }
}

room.classList.add('room-live')
addEventListener('online', send)
document.addEventListener('visibilitychange', look)
setInterval(look, 20000)
render()
if (readQueue().length) send()
