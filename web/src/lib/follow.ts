/** Reads a text as it is written, and gives each part of it; first an empty one, when the answer begins. Fails with the server's words. */
export async function followText(
  url: string,
  signal: AbortSignal,
  more: (text: string) => void,
): Promise<void> {
  const answer = await fetch(url, { signal })
  if (!answer.ok || !answer.body) {
    const body = (await answer.json().catch(() => ({}))) as { message?: string }
    throw new Error(body.message ?? `${answer.status} ${answer.statusText}`)
  }
  more('')
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    more(value)
  }
}
