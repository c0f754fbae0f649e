import { useEffect, useState } from 'react'
import { plainLog } from '@/lib/log'

const keptChars = 1_000_000

type Log = { text?: string; failure?: string; ended: boolean }

/** useLog follows a log as it is written; its URL changes with what is followed. */
export function useLog(url: string): Log {
  const [log, setLog] = useState<Log>({ ended: false })
  useEffect(() => {
    const stop = new AbortController()
    const add = (more: string) => { setLog((before) => ({ ended: false, text: ((before.text ?? '') + plainLog(more)).slice(-keptChars) })) }
    follow(url, stop.signal, add).then(
      () => { setLog((before) => ({ ...before, ended: true })) },
      (error: unknown) => { if (!stop.signal.aborted) setLog((before) => ({ ...before, ended: true, failure: error instanceof Error ? error.message : String(error) })) },
    )
    return () => { stop.abort() }
  }, [url])
  return log
}

async function follow(url: string, signal: AbortSignal, more: (text: string) => void): Promise<void> {
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
