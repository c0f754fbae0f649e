import type { Stage } from '@/api/queries'

export type Judgment = { instructions: string; inputs: string[] }

/** What a manual judgment asks; instructions may hold HTML, of which the text is shown. */
export function judgmentOf(stage: Stage | undefined): Judgment {
  const { instructions, judgmentInputs } = (stage?.context ?? {}) as {
    instructions?: unknown
    judgmentInputs?: unknown
  }
  const inputs = (Array.isArray(judgmentInputs) ? judgmentInputs : []).flatMap((i: unknown) => {
    const value = typeof i === 'object' && i !== null && 'value' in i ? i.value : i
    return typeof value === 'string' && value !== '' ? [value] : []
  })
  return { instructions: typeof instructions === 'string' ? plain(instructions) : '', inputs }
}

/** The text of HTML, with its paragraphs; nothing of it is run or loaded. */
export function plain(html: string): string {
  if (!/[<&]/.test(html)) return html
  const broken = html.replace(/<(br|\/p|\/div|\/li|\/h\d)\s*\/?>/gi, '$&\n')
  return (new DOMParser().parseFromString(broken, 'text/html').body.textContent ?? '').trim()
}
