import {
  Button,
  Group,
  Modal,
  SegmentedControl,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { client, unwrap } from '@/api/client'
import { keys, pipelinesQuery } from '@/api/queries'
import { Failure } from '@/components/States'
import { FromTemplate } from '@/features/templates/FromTemplate'
import { templatesQuery } from '@/features/templates/queries'
import { useT } from '@/i18n'
import { useTemplatesT } from '@/i18n/templates'
import { readPipelineText } from './imported'
import { copyOf, freeName, textOf, type Json } from './model'
import { readPipeline } from './save'

const CodeEditor = lazy(() => import('@/components/CodeEditor'))

const ways = ['empty', 'copy', 'template', 'import'] as const
type Way = (typeof ways)[number]

/** Makes a pipeline, and opens it: empty, as another one is, of a template, or of a text. */
export function CreatePipeline({ app, from, close }: { app: string; from?: string; close: () => void }) {
  const t = useT()
  const [way, setWay] = useState<Way>(from ? 'copy' : 'empty')
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={<Text fw={600}>{t('editor.create')}</Text>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="sm">
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t('editor.way')}
          value={way}
          onChange={(v) => {
            setWay(ways.find((w) => w === v) ?? 'empty')
          }}
          data={ways.map((w) => ({ value: w, label: t(`editor.ways.${w}`) }))}
        />
        {way === 'template' ? (
          <OfTemplate app={app} close={close} />
        ) : (
          <OfItself key={way} app={app} from={from} way={way} close={close} />
        )}
      </Stack>
    </Modal>
  )
}

function OfTemplate({ app, close }: { app: string; close: () => void }) {
  const t = useTemplatesT()
  const { data, error } = useQuery(templatesQuery)
  const [chosen, setChosen] = useState<string | null>(null)
  const [version, setVersion] = useState('')
  if (error) return <Failure error={error} />
  if (!data) return <Skeleton height={120} />
  const usable = data.filter((x) => x.schema === 'v2')
  if (usable.length === 0)
    return (
      <Text size="sm" c="dimmed" py="md">
        {t('noTemplates')}
      </Text>
    )
  const template = usable.find((x) => x.id === chosen)
  const tagged = template?.versions.filter((v) => v.tag !== '' && v !== template.versions[0]) ?? []
  const shown = tagged.find((v) => v.tag === version) ?? template?.versions[0]
  return (
    <>
      <Group grow align="start">
        <Select
          label={t('template')}
          placeholder={t('choose')}
          searchable
          value={chosen}
          onChange={(v) => {
            setChosen(v)
            setVersion('')
          }}
          data={usable.map((x) => ({ value: x.id, label: x.name === x.id ? x.id : `${x.name} (${x.id})` }))}
          data-autofocus
        />
        {tagged.length > 0 && (
          <Select
            label={t('version')}
            allowDeselect={false}
            value={version}
            onChange={(v) => {
              setVersion(v ?? '')
            }}
            data={[{ value: '', label: t('newest') }, ...tagged.map((v) => v.tag)]}
          />
        )}
      </Group>
      {template?.description && (
        <Text size="sm" c="dimmed">
          {template.description}
        </Text>
      )}
      {template && shown && (
        <FromTemplate
          key={template.id + shown.tag}
          app={app}
          template={template}
          version={shown}
          close={close}
        />
      )}
    </>
  )
}

const blank: Json = {
  stages: [],
  triggers: [],
  limitConcurrent: true,
  keepWaitingPipelines: false,
  spelEvaluator: 'v4',
}

function OfItself({ app, from, way, close }: { app: string; from?: string; way: Way; close: () => void }) {
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
      <Stack gap="sm">
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
          <div>
            <Text size="sm" fw={500}>
              {t('editor.importText')}
            </Text>
            <Text size="xs" c="dimmed" mb={4}>
              {t('editor.importHelp')}
            </Text>
            <Suspense fallback={<Skeleton height={160} />}>
              <CodeEditor
                form="yaml"
                label={t('editor.importText')}
                value={text}
                onChange={setText}
                problem={problem ? { message: problem } : undefined}
              />
            </Suspense>
            {problem && (
              <Text size="xs" c="red" mt={4} role="alert">
                {t('editor.broken', { problem })}
              </Text>
            )}
          </div>
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
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!ready}>
            {t('editor.createSubmit')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
