import { useQuery } from '@tanstack/react-query'
import { ApiError } from '@/api/client'
import { apiBase } from '@/lib/base'

/** The server's own account of its health, as GET /health has it; a server that is not ready answers 503 with the same. */
export type Health = { status: string; components?: Record<string, Health>; details?: Record<string, string> }

export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: async ({ signal }) => {
      const answer = await fetch(`${apiBase}/health`, { cache: 'no-store', signal })
      const health = (await answer.json()) as Health
      if (typeof health.status !== 'string') throw new ApiError(answer.status, answer.statusText)
      return health
    },
    refetchInterval: 15_000,
  })
}

/** The executions that crash processes: how many are tried alone now, and the last one that was ended because of it. */
export function troublesOf(health: Health): { suspects: number; ended: number; last?: string } {
  const details = health.components?.['engine']?.details ?? {}
  const last = details['lastEnded']?.split(' ')[0]
  return {
    suspects: Number(details['suspectExecutions'] ?? 0),
    ended: Number(details['endedExecutions'] ?? 0),
    ...(last ? { last } : {}),
  }
}
