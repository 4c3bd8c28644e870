// A mail on its way: the page is fetched anew, and what has changed is put in. Without this there is a link "Look now".
const EVERY_MS = 3000

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { cache: 'no-store' })
      if (!answer.ok || answer.redirected) return // logged out, or thrown away: the page stays as it is
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
      for (const old of document.querySelectorAll('[data-live]')) {
        const part = fresh.getElementById(old.id)
        // The elements themselves stay, so that nothing loses the focus and a change of state is read out.
        if (!part || part.dataset.live === old.dataset.live) continue
        old.replaceChildren(...part.childNodes)
        old.dataset.live = part.dataset.live
      }
      if (!fresh.querySelector('[data-under-way]')) return
    } catch {
      // no connection: the next look may have one
    }
  }
  setTimeout(look, EVERY_MS)
}

setTimeout(look, EVERY_MS)
