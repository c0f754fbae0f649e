import { useQueryClient } from '@tanstack/react-query'
import { useLive } from '@/api/live'
import { keys } from '@/api/queries'
import { useRef } from 'react'

const settle = 250

/** Asks anew for what is shown of an application's infrastructure when something changes, at most a few times a second. */
export function useInfrastructureStream(app: string): void {
  const queries = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const changed = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void queries.invalidateQueries({ queryKey: keys.infrastructure(app) })
    }, settle)
  }
  useLive(`/applications/${encodeURIComponent(app)}/infrastructure/stream`, {
    ready: changed,
    change: changed,
  })
}
