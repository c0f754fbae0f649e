import { useEffect, useState } from 'react'
import { followText } from '@/lib/follow'
import { plainLog } from '@/lib/log'

const keptChars = 1_000_000

type Log = { text?: string; failure?: string; ended: boolean }

/** useLog follows a log as it is written; its URL changes with what is followed. */
export function useLog(url: string): Log {
  const [log, setLog] = useState<Log>({ ended: false })
  useEffect(() => {
    const stop = new AbortController()
    const add = (more: string) => {
      setLog((before) => ({ ended: false, text: ((before.text ?? '') + plainLog(more)).slice(-keptChars) }))
    }
    followText(url, stop.signal, add).then(
      () => {
        setLog((before) => ({ ...before, ended: true }))
      },
      (error: unknown) => {
        if (!stop.signal.aborted)
          setLog((before) => ({
            ...before,
            ended: true,
            failure: error instanceof Error ? error.message : String(error),
          }))
      },
    )
    return () => {
      stop.abort()
    }
  }, [url])
  return log
}
