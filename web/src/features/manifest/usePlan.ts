import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { client, unwrap, type Schemas } from '@/api/client'
import type { Json } from '@/lib/json'
import { deployable, deployFields, identityOf, lacksContent, readObjects } from './edit'

export type Plan = Schemas['ManifestPlan']
export type PlanChange = Plan['changes'][number]

/** Why a text is not planned: what is to be mended first. */
export type Obstacle =
  | { key: 'broken'; problem: string; at?: number }
  | { key: 'one'; n: number }
  | { key: 'identity' | 'secretHidden' | 'noAccount' }

const pause = 500

type Asked = { app: string; account: string | undefined; text: string; live: Json | undefined; on: boolean }

/** usePlan asks the cluster, as the text changes, what would come of deploying it. */
export function usePlan({ app, account, text, live, on }: Asked) {
  const [settled] = useDebouncedValue(text, pause)
  const read = useMemo(() => readObjects(text), [text])
  const objects = useMemo(() => {
    const found = 'objects' in read ? read.objects : []
    return live ? found.map((o) => deployable(o, live)) : found
  }, [read, live])
  const obstacle = obstacleOf(read, account, live)
  const key = JSON.stringify(objects)
  const ready = on && obstacle === undefined && objects.length > 0
  const plan = useQuery({
    queryKey: ['plan', app, account, key],
    queryFn: ({ signal }) =>
      unwrap(
        client.POST('/manifests/plan', {
          body: {
            ...deployFields({ app, account: account ?? '', objects, edit: live !== undefined }),
            account: account ?? '',
            application: app,
            type: 'deployManifest',
            source: 'text',
            manifests: objects,
          },
          signal,
        }),
      ),
    enabled: ready && settled === text,
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 60_000,
    staleTime: 10_000,
  })
  const current = ready && settled === text && !plan.isPlaceholderData && plan.data !== undefined
  const refused = current && (plan.data?.changes.some((c) => (c.error ?? '') !== '') ?? false)
  return {
    objects,
    obstacle,
    plan,
    current,
    refused,
    asking: ready && !current && !plan.error,
    fit: current && !refused && !plan.error,
  }
}

function obstacleOf(
  read: ReturnType<typeof readObjects>,
  account: string | undefined,
  live: Json | undefined,
): Obstacle | undefined {
  if ('problem' in read) return { key: 'broken', problem: read.problem, at: read.at }
  const [first] = read.objects
  if (live && (!first || read.objects.length !== 1)) return { key: 'one', n: read.objects.length }
  if (live && first && identityOf(first) !== identityOf(live)) return { key: 'identity' }
  if (read.objects.some(lacksContent)) return { key: 'secretHidden' }
  return account === undefined && read.objects.length > 0 ? { key: 'noAccount' } : undefined
}
