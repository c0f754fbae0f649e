import { Button, Input, Select, Skeleton, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { client, unwrap } from '@/api/client'
import { keys, pipelinesQuery } from '@/api/queries'
import { DialogFoot } from '@/components/DialogFoot'
import { Fields } from '@/components/Fields'
import { Failure } from '@/components/States'
import { OneLine } from '@/components/OneLine'
import { useT } from '@/i18n'
import { readPipelineText } from './imported'
import { copyOf, freeName, textOf, type Json } from './model'
import { readPipeline } from './save'

const CodeEditor = lazy(() => import('@/components/CodeEditor'))

const blank: Json = {
  stages: [],
  triggers: [],
  limitConcurrent: true,
  keepWaitingPipelines: false,
  spelEvaluator: 'v4',
}

type Props = {
  app: string
  /** The pipeline that is copied at first. */
  from?: string
  way: 'empty' | 'copy' | 'import'
  close: () => void
}

/** Creates a pipeline that is empty, a copy, or made from a text, and opens it. */
export function NamedPipeline({ app, from, way, close }: Props) {
  const t = useT()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { data: all = [] } = useQuery(pipelinesQuery(app))
  const [of, setOf] = useState(from)
  const [text, setText] = useState('')
  const [written, setName] = useState<string>()
  const read = way === 'import' && text.trim() !== '' ? readPipelineText(text) : undefined
  const source: Json | undefined =
    way === 'copy' ? all.find((p) => p.id === of) : read && 'value' in read ? read.value : undefined
  const names = new Set(all.map((p) => p.name ?? ''))
  const name = written ?? (source ? freeName(textOf(source['name']), new Set(names)) : '')
  const taken = [...names].some((n) => n.toLowerCase() === name.trim().toLowerCase())
  const ready = name.trim() !== '' && !taken && (way === 'empty' || source !== undefined)
  const create = useMutation({
    mutationFn: async () => {
      const base = source ? copyOf(source, name.trim()) : { ...blank, name: name.trim() }
      await unwrap(
        client.POST('/pipelines', {
          params: { query: { staleCheck: true } },
          body: { ...base, application: app, index: all.length },
        }),
      )
      return textOf((await readPipeline(app, name.trim()))['id'])
    },
    onSuccess: async (id) => {
      await queries.invalidateQueries({ queryKey: keys.pipelines(app) })
      close()
      await navigate({ to: '/applications/$app/pipelines/$id/edit', params: { app, id } })
    },
  })
  const problem =
    read && 'problem' in read
      ? read.problem === 'notObject'
        ? t('editor.notObject')
        : read.problem
      : undefined
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        if (ready) create.mutate()
      }}
    >
      <Fields gap="sm">
        {way === 'copy' && (
          <Select
            label={t('editor.copyFrom')}
            searchable
            value={of ?? null}
            onChange={(v) => {
              setOf(v ?? undefined)
            }}
            data={all.flatMap((p) => (p.id ? [{ value: p.id, label: p.name ?? p.id }] : []))}
          />
        )}
        {way === 'import' && (
          <Input.Wrapper
            data-note
            label={t('editor.importText')}
            labelElement="div"
            description={t('editor.importHelp')}
            error={problem && <OneLine text={t('editor.broken', { problem })} />}
            errorProps={{ role: 'alert' }}
          >
            <Suspense fallback={<Skeleton height={160} />}>
              <CodeEditor
                form="yaml"
                label={t('editor.importText')}
                value={text}
                onChange={setText}
                problem={problem ? { message: problem } : undefined}
              />
            </Suspense>
          </Input.Wrapper>
        )}
        <TextInput
          label={t('editor.name')}
          placeholder={t('editor.namePlaceholder')}
          value={name}
          data-autofocus
          autoComplete="off"
          error={taken && t('editor.nameTaken')}
          onChange={(e) => {
            setName(e.currentTarget.value)
          }}
        />
        {create.isError && <Failure error={create.error} />}
        <DialogFoot>
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!ready}>
            {t('editor.createSubmit')}
          </Button>
        </DialogFoot>
      </Fields>
    </form>
  )
}
