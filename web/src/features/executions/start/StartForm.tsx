import { Alert, Anchor, Button, Switch, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { startPipeline } from '@/api/actions'
import { useExecutions } from '@/api/executions'
import { type Pipeline } from '@/api/queries'
import { DialogFoot } from '@/components/DialogFoot'
import { Fields } from '@/components/Fields'
import { Failure } from '@/components/States'
import { useT } from '@/i18n'
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
import { EarlierRun } from './EarlierRun'
import { ShareLink } from './ShareLink'

export type StartProps = {
  app: string
  pipeline: Pipeline
  like?: string
  setLike: (id: string | undefined) => void
  given: Record<string, string>
  close: () => void
}

const short = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** What a pipeline asks for when it is started. */
export function StartForm({
  app,
  pipeline,
  like,
  setLike,
  given,
  close,
  earlier,
}: StartProps & { earlier: Json | undefined }) {
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
      <Fields gap="sm">
        {pipeline.disabled && (
          <Alert color="yellow" p="xs">
            {s('disabled')}
          </Alert>
        )}
        <EarlierRun app={app} pipeline={pipeline} like={like} setLike={setLike} />
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
        <DialogFoot
          start={
            <ShareLink
              name={pipeline.name ?? ''}
              values={Object.fromEntries(
                asked.flatMap((p) =>
                  values[p.name] && values[p.name] !== p.default ? [[p.name, values[p.name] ?? '']] : [],
                ),
              )}
            />
          }
        >
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
        </DialogFoot>
      </Fields>
    </form>
  )
}
