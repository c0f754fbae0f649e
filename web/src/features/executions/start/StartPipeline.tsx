import { Alert, Anchor, Button, CopyButton, Group, Modal, Select, Stack, Switch, Text } from '@mantine/core'
import { IconLink } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { startPipeline } from '@/api/actions'
import { useExecutions } from '@/api/executions'
import { executionQuery, type Pipeline } from '@/api/queries'
import { Failure, RowsLoading } from '@/components/States'
import { useI18n, useT } from '@/i18n'
import { moment } from '@/lib/format'
import { objectOf, objectsOf, textOf, type Json } from '@/lib/json'
import { ArtifactField } from './ArtifactField'
import {
  artifactsFor,
  concurrencyOf,
  expectedOf,
  remember,
  remembered,
  triggerBody,
  triggersOf,
} from './choices'
import { Field } from './Field'
import { isShown, parametersOf, problemOf } from '../parameters'
import { Running } from './Running'
import { useStart } from './texts'
import { TriggerFields } from './TriggerFields'

type Props = {
  app: string
  pipeline: Pipeline
  like?: string
  setLike: (id: string | undefined) => void
  given: Record<string, string>
  close: () => void
}

/** Starts a pipeline with what it asks for; like an earlier execution where one is named. */
export function StartPipeline(props: Props) {
  const t = useT()
  const s = useStart()
  const { like } = props
  const earlier = useQuery({ ...executionQuery(like ?? ''), enabled: like !== undefined })
  return (
    <Modal
      opened
      onClose={props.close}
      title={<Text fw={600}>{s('title', { name: props.pipeline.name ?? '' })}</Text>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {like !== undefined && earlier.isPending ? (
        <RowsLoading rows={3} />
      ) : earlier.error ? (
        <Failure error={earlier.error} />
      ) : (
        <Form key={like} {...props} earlier={earlier.data ? objectOf(earlier.data.trigger) : undefined} />
      )}
    </Modal>
  )
}

const short = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

function Form({
  app,
  pipeline,
  like,
  setLike,
  given,
  close,
  earlier,
}: Props & { earlier: Json | undefined }) {
  const t = useT()
  const s = useStart()
  const navigate = useNavigate()
  const parameters = parametersOf(pipeline.parameterConfig)
  const expected = expectedOf(pipeline)
  const triggers = triggersOf(pipeline)
  const [values, setValues] = useState<Record<string, string>>(() => {
    const before = objectOf(earlier?.['parameters'])
    return Object.fromEntries(
      parameters.map((p) => [
        p.name,
        given[p.name] ?? (p.name in before ? textOf(before[p.name]) : p.default),
      ]),
    )
  })
  const [versions, setVersions] = useState<Record<string, string>>({})
  const [triggerKey, setTriggerKey] = useState<string>()
  const [brought, setBrought] = useState<Record<string, string>>({})
  const [dryRun, setDryRun] = useState(false)
  const [tried, setTried] = useState(false)
  const { data: executions } = useExecutions(app)
  const last = remembered(pipeline.id ?? '')
  const trigger = triggers.find((c) => c.key === triggerKey)
  const asked = parameters.filter((p) => isShown(p, values))
  const wrong = asked.some((p) => problemOf(p, values[p.name] ?? ''))
  const earlierArtifacts = objectsOf(earlier?.['artifacts'])
  const differs = last && asked.some((p) => last[p.name] !== undefined && last[p.name] !== values[p.name])
  const start = useMutation({
    mutationFn: () => {
      const artifacts = artifactsFor(expected, versions, earlier?.['artifacts'])
      return startPipeline(
        app,
        pipeline.id ?? pipeline.name ?? '',
        Object.fromEntries(asked.map((p) => [p.name, values[p.name] ?? ''])),
        {
          ...triggerBody(trigger, brought),
          ...(dryRun ? { dryRun: true } : {}),
          ...(artifacts.length > 0 ? { artifacts } : {}),
        },
      )
    },
    onSuccess: (id) => {
      remember(pipeline.id ?? '', values)
      void navigate({ to: '/applications/$app/executions/$id', params: { app, id } })
    },
  })
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        setTried(true)
        if (!wrong && !pipeline.disabled) start.mutate()
      }}
    >
      <Stack gap="sm">
        {pipeline.disabled && (
          <Alert color="yellow" p="xs">
            {s('disabled')}
          </Alert>
        )}
        <Earlier app={app} pipeline={pipeline} like={like} setLike={setLike} />
        <TriggerFields
          triggers={triggers}
          chosen={trigger}
          choose={setTriggerKey}
          given={brought}
          give={(key, value) => {
            setBrought((all) => ({ ...all, [key]: value }))
          }}
        />
        {differs && (
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {s('last', {
              values: asked
                .filter((p) => last[p.name])
                .map((p) => `${p.label} ${short(last[p.name] ?? '')}`)
                .join(', '),
            })}{' '}
            <Anchor
              component="button"
              type="button"
              size="xs"
              onClick={() => {
                setValues((all) => ({
                  ...all,
                  ...Object.fromEntries(
                    parameters.flatMap((p) =>
                      last[p.name] === undefined ? [] : [[p.name, last[p.name] ?? '']],
                    ),
                  ),
                }))
              }}
            >
              {s('useLast')}
            </Anchor>
          </Text>
        )}
        {asked.map((p) => (
          <Field
            key={p.name}
            parameter={p}
            value={values[p.name] ?? ''}
            tried={tried}
            change={(v) => {
              setValues((all) => ({ ...all, [p.name]: v }))
            }}
          />
        ))}
        {parameters.length === 0 && (
          <Text c="dimmed" size="sm">
            {s('noParameters')}
          </Text>
        )}
        {expected.length > 0 && (
          <Text size="xs" fw={600} c="dimmed" mt={4}>
            {s('artifacts')}
          </Text>
        )}
        {expected.map((e) => {
          const before = earlierArtifacts.find(
            (a) => a['type'] === e.match['type'] && textOf(a['name']) === textOf(e.match['name']),
          )
          return (
            <ArtifactField
              key={e.id}
              expected={e}
              value={versions[e.id] ?? ''}
              change={(v) => {
                setVersions((all) => ({ ...all, [e.id]: v }))
              }}
              earlier={before && (textOf(before['version']) || textOf(before['reference']))}
            />
          )
        })}
        <Switch
          size="sm"
          label={s('dryRun')}
          description={s('dryRunHelp')}
          checked={dryRun}
          onChange={(e) => {
            setDryRun(e.currentTarget.checked)
          }}
          mt={4}
        />
        <Running concurrency={concurrencyOf(pipeline, executions ?? [])} />
        {start.isError && <Failure error={start.error} />}
        <Group justify="space-between" mt="xs" gap="xs">
          <ShareLink
            name={pipeline.name ?? ''}
            values={Object.fromEntries(
              asked.flatMap((p) =>
                values[p.name] && values[p.name] !== p.default ? [[p.name, values[p.name] ?? '']] : [],
              ),
            )}
          />
          <Group gap="xs">
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button
              type="submit"
              loading={start.isPending}
              disabled={(tried && wrong) || pipeline.disabled}
              data-autofocus={asked.length === 0 || undefined}
            >
              {s('submit')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  )
}

/** The executions of the pipeline, of which one is started again. */
function Earlier({ app, pipeline, like, setLike }: Pick<Props, 'app' | 'pipeline' | 'like' | 'setLike'>) {
  const t = useT()
  const s = useStart()
  const { language } = useI18n()
  const { data } = useExecutions(app)
  const list = (data ?? [])
    .filter((e) => e.pipelineConfigId === pipeline.id)
    .map((e) => ({
      value: e.id,
      label: `${moment(e.startTime ?? e.buildTime ?? 0, language)} · ${t(`status.${e.status}`)}`,
    }))
  if (like !== undefined && !list.some((e) => e.value === like)) list.unshift({ value: like, label: like })
  if (list.length === 0) return null
  return (
    <Select
      label={s('like')}
      description={like === undefined ? undefined : s('likeHelp')}
      placeholder={s('likeNone')}
      data={list}
      value={like ?? null}
      clearable
      onChange={(v) => {
        setLike(v ?? undefined)
      }}
    />
  )
}

/** A link that opens this dialog with what was given. */
function ShareLink({ name, values }: { name: string; values: Record<string, string> }) {
  const s = useStart()
  const query = new URLSearchParams({
    start: name,
    ...Object.fromEntries(Object.entries(values).map(([k, v]) => [`param.${k}`, v])),
  })
  const { origin, pathname } = window.location
  return (
    <CopyButton value={`${origin}${pathname}?${query.toString()}`}>
      {({ copied, copy }) => (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconLink size={14} />}
          onClick={copy}
        >
          {s(copied ? 'copied' : 'link')}
        </Button>
      )}
    </CopyButton>
  )
}
