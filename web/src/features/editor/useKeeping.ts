import { useEffect, useRef, useState } from 'react'
import { dropDraft, keepDraft, type Kept } from './drafts'

const atMostEvery = 400

/**
 * Keeps what is being edited while it is there: soon after each change, and at once
 * when the page is left, hidden or closed. Says whether the browser could.
 */
export function useKeeping(
  id: string,
  session: string,
  what: Omit<Kept, 'session' | 'at'> | undefined,
): boolean {
  const [kept, setKept] = useState(true)
  const latest = useRef(what)
  const open = useRef(false)
  const last = useRef(0)
  const write = useRef(() => undefined)
  useEffect(() => {
    write.current = () => {
      if (!open.current) return undefined
      open.current = false
      last.current = Date.now()
      if (latest.current) setKept(keepDraft(id, { ...latest.current, session, at: last.current }))
      else {
        dropDraft(id, session)
        setKept(true)
      }
      return undefined
    }
  }, [id, session])
  useEffect(() => {
    latest.current = what
    open.current = true
    const timer = setTimeout(
      () => {
        write.current()
      },
      what ? Math.max(0, last.current + atMostEvery - Date.now()) : 0,
    )
    return () => {
      clearTimeout(timer)
    }
  }, [what])
  useEffect(() => {
    const now = () => {
      write.current()
    }
    const hidden = () => {
      if (document.visibilityState === 'hidden') now()
    }
    window.addEventListener('pagehide', now)
    window.addEventListener('beforeunload', now)
    document.addEventListener('visibilitychange', hidden)
    return () => {
      now()
      window.removeEventListener('pagehide', now)
      window.removeEventListener('beforeunload', now)
      document.removeEventListener('visibilitychange', hidden)
    }
  }, [])
  return kept
}
