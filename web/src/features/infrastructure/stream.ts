import { useQueryClient } from '@tanstack/react-query'
import { useLive } from '@/api/live'
import { keys } from '@/api/queries'
import { useRef } from 'react'

/**
 * Asks anew for what is shown of an application's infrastructure when something changes, at
 * most once in the time given in milliseconds; without an application, never.
 */
export function useInfrastructureStream(app: string | undefined, settle = 250): void {
  const queries = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const changed = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      if (app !== undefined) void queries.invalidateQueries({ queryKey: keys.infrastructure(app) })
    }, settle)
  }
  useLive(app === undefined ? app : `/applications/${encodeURIComponent(app)}/infrastructure/stream`, {
    ready: changed,
    change: changed,
  })
}
