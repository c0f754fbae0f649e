const fields = [
  'input:not([type=hidden])',
  'textarea',
  'select',
  '[contenteditable=true]',
  '[role=textbox]',
].join(',')
const others = 'button, a[href], [tabindex="0"]'

/** What is to have the focus first: what asks for it, else the first field, else the first button. */
function firstIn(body: HTMLElement): HTMLElement | undefined {
  for (const selector of ['[data-autofocus]', fields, others]) {
    const found = [...body.querySelectorAll<HTMLElement>(selector)].find(
      (e) => !e.matches(':disabled, [aria-hidden=true]') && e.getClientRects().length > 0,
    )
    if (found) return found
  }
  return undefined
}

// What had the focus last; in place of an item of a menu, which has gone by the time that
// a dialog is there, the button of the menu.
let last: HTMLElement | undefined
document.addEventListener('focusin', ({ target }) => {
  if (!(target instanceof HTMLElement)) return
  const menu = target.closest('[role=menu]')
  const opener = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : target
  last = opener ?? undefined
})

/**
 * firstFocus is the ref of a dialog's body. The dialog gives its body the focus, as it
 * has data-autofocus, and the body hands it on to the first field, which may load later.
 * When the dialog has gone, what opened it has the focus again.
 */
export function firstFocus(body: HTMLElement | null): (() => void) | undefined {
  if (!body) return undefined
  const opener = last
  const handOn = () => {
    if (document.activeElement !== body) return
    const first = firstIn(body)
    if (!first) return
    first.focus({ preventScroll: true })
    observer.disconnect()
    // From now on a click beside the fields leaves the focus where it is.
    body.removeAttribute('tabindex')
  }
  const observer = new MutationObserver(handOn)
  observer.observe(body, { childList: true, subtree: true })
  body.addEventListener('focus', handOn)
  return () => {
    observer.disconnect()
    body.removeEventListener('focus', handOn)
    setTimeout(() => {
      const { activeElement } = document
      if (activeElement === null || activeElement === document.body) opener?.focus({ preventScroll: true })
    })
  }
}
