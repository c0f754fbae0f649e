import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client, unwrap } from '@/api/client'
import { keys, pipelinesQuery } from '@/api/queries'
import { Failure } from '@/components/States'
import { useT } from '@/i18n'
import { copyOf, freeName, textOf } from './model'
import { readPipeline } from './save'

/** Makes a pipeline, empty or as another one is, and opens it. */
export function CreatePipeline({ app, from, close }: { app: string; from?: string; close: () => void }) {
  const t = useT()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { data: all = [] } = useQuery(pipelinesQuery(app))
  const [of, setOf] = useState(from)
  const source = all.find((p) => p.id === of)
  const names = new Set(all.map((p) => p.name ?? ''))
  const [written, setName] = useState<string>()
  const name = written ?? (source ? freeName(source.name ?? '', new Set(names)) : '')
  const taken = [...names].some((n) => n.toLowerCase() === name.trim().toLowerCase())
  const create = useMutation({
    mutationFn: async () => {
      const base = source ? copyOf(source, name.trim()) : { name: name.trim(), stages: [], triggers: [], limitConcurrent: true, keepWaitingPipelines: false, spelEvaluator: 'v4' }
      await unwrap(client.POST('/pipelines', { params: { query: { staleCheck: true } }, body: { ...base, application: app, index: all.length } }))
      return textOf((await readPipeline(app, name.trim()))['id'])
    },
    onSuccess: async (id) => {
      await queries.invalidateQueries({ queryKey: keys.pipelines(app) })
      close()
      await navigate({ to: '/applications/$app/pipelines/$id/edit', params: { app, id } })
    },
  })
  return (
    <Modal opened onClose={close} title={<Text fw={600}>{t('editor.create')}</Text>} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={(e) => { e.preventDefault(); if (name.trim() !== '' && !taken) create.mutate() }}>
        <Stack gap="sm">
          <TextInput label={t('editor.name')} placeholder={t('editor.namePlaceholder')} value={name} data-autofocus autoComplete="off" error={taken && t('editor.nameTaken')} onChange={(e) => { setName(e.currentTarget.value) }} />
          {all.length > 0 && (
            <Select label={t('editor.copyFrom')} placeholder={t('editor.fromNothing')} clearable searchable value={of ?? null} onChange={(v) => { setOf(v ?? undefined) }} data={all.flatMap((p) => (p.id ? [{ value: p.id, label: p.name ?? p.id }] : []))} />
          )}
          {create.isError && <Failure error={create.error} />}
          <Group justify="flex-end" mt="xs">
            <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
            <Button type="submit" loading={create.isPending} disabled={name.trim() === '' || taken}>{t('editor.createSubmit')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
