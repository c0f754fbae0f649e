import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { runTask, startPipeline } from '@/api/actions'
import { client, unwrap } from '@/api/client'
import { keys } from '@/api/queries'
import { createWebhook } from '@/features/git/queries'
import { textOf, type Json } from '@/lib/json'
import { emptyDraft, keepDraft, type Draft } from './draft'
import { applicationName } from './names'
import { firstParameters } from './pipeline'
import { usePipeline } from './usePipeline'
import { usePush } from './usePush'
import { useCreateTexts } from './texts'

export const parts = ['application', 'pipeline', 'webhook', 'execution'] as const
export type PartName = (typeof parts)[number]

export type MakingState = {
  make: (deploy: boolean) => void
  busy: boolean
  deploys: boolean
  /** What is being made, or was when it failed. */
  at: PartName | undefined
  failed: Error | undefined
  reset: () => void
}

/**
 * Makes what a draft says, one part after the other. What is there by now is noted
 * in the draft, so that a second try goes on where the first has ended.
 */
export function useMaking(d: Draft, set: (change: Partial<Draft>) => void): MakingState {
  const t = useCreateTexts()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const pipeline = usePipeline(d)
  const { push } = usePush(d)
  const [at, setAt] = useState<PartName>()
  const app = applicationName(d.name)
  const run = useMutation({
    mutationFn: async (deploy: boolean) => {
      let made = d.made.application === app ? d.made : {}
      const note = (more: Draft['made']) => {
        made = { ...made, ...more }
        set({ made })
      }
      setAt('application')
      if (made.application === undefined) {
        await makeApplication(d, app, t('problem.taken'))
        note({ application: app })
      }
      if (d.kind === 'nothing') return {}
      setAt('pipeline')
      const id = await savePipeline(app, pipeline, made.pipeline)
      note({ pipeline: id })
      if (push?.account) {
        setAt('webhook')
        const hook = await createWebhook(app, push.account, push.path, push.name.source)
        note({ webhook: hook.id })
      }
      if (!deploy) return {}
      setAt('execution')
      return { execution: await startPipeline(app, id, firstParameters(pipeline)) }
    },
    onSuccess: async ({ execution }) => {
      keepDraft(undefined)
      void queries.invalidateQueries({ queryKey: keys.applications })
      void queries.invalidateQueries({ queryKey: keys.pipelines(app) })
      if (execution)
        await navigate({ to: '/applications/$app/executions/$id', params: { app, id: execution } })
      else if (d.kind === 'nothing') await navigate({ to: '/applications/$app', params: { app } })
      else await navigate({ to: '/applications/$app/executions', params: { app } })
      set(emptyDraft)
      keepDraft(undefined)
    },
  })
  return {
    make: (deploy) => {
      run.mutate(deploy)
    },
    busy: run.isPending,
    deploys: run.variables ?? true,
    at: run.isIdle ? undefined : at,
    failed: run.error ?? undefined,
    reset: () => {
      run.reset()
    },
  }
}

async function makeApplication(d: Draft, name: string, taken: string): Promise<void> {
  const { response } = await client.GET('/applications/{application}', {
    params: { path: { application: name } },
  })
  if (response.ok) throw new Error(taken)
  const description = d.description.trim()
  await runTask(name, `Create Application: ${name}`, [
    {
      type: 'createApplication',
      application: {
        name,
        email: d.email.trim(),
        ...(description ? { description } : {}),
        cloudProviders: 'kubernetes',
      },
    },
  ])
}

/** Saves the pipeline, over the one that an earlier try has saved; its id. */
async function savePipeline(app: string, pipeline: Json, known: string | undefined): Promise<string> {
  const there = async () =>
    await unwrap(
      client.GET('/applications/{application}/pipelineConfigs', { params: { path: { application: app } } }),
    )
  const name = textOf(pipeline['name'])
  const before = (await there()).find((p) => (known === undefined ? p.name === name : p.id === known))
  await unwrap(
    client.POST('/pipelines', {
      body: { ...pipeline, ...(before ? { id: before.id, index: before.index } : { index: 0 }) },
    }),
  )
  const saved = (await there()).find((p) => p.name === name)
  if (!saved?.id) throw new Error(name)
  return saved.id
}
