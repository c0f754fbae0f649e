import { Button, Group, Menu, MultiSelect, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { pipelinesQuery } from '@/api/queries'
import { NotActing } from '@/features/acting/NotActing'
import { useT } from '@/i18n'
import { ChoiceField, ListField, PairsField, SwitchField, TextField, TextsField, ValueField } from './fields'
import { inner } from '@/stages/kit'
import { objectsOf, setField, textOf, type Json } from './model'

const types = [
  'cron',
  'webhook',
  'git',
  'docker',
  'pipeline',
  'jenkins',
  'pubsub',
  'helm',
  'artifactory',
  'nexus',
  'travis',
  'concourse',
  'cdevents',
  'plugin',
] as const
const beginnings: Partial<Record<string, Json>> = {
  cron: { cronExpression: '0 0 10 ? * MON-FRI' },
  git: { source: 'github', branch: '' },
  pipeline: { status: ['successful'] },
}

type Of = {
  value: Json
  change: (next: Json) => void
  app: string
  artifacts: readonly Json[]
  suggest: (field: string) => readonly string[] | undefined
}

/** What starts a pipeline by itself. */
export function TriggersForm({
  pipeline,
  onChange,
  suggest,
}: {
  pipeline: Json
  onChange: (v: unknown) => void
  suggest: Of['suggest']
}) {
  const t = useT()
  const app = textOf(pipeline['application'])
  const list = objectsOf(pipeline['triggers'])
  return (
    <Stack gap="xs">
      {list.length > 0 && (
        <ListField
          label=""
          value={pipeline['triggers']}
          onChange={onChange}
          make={() => ({ type: 'cron', enabled: true })}
          add={t('editor.addTrigger')}
          render={(item, change) => (
            <TriggerForm
              value={item}
              change={change}
              app={app}
              artifacts={objectsOf(pipeline['expectedArtifacts'])}
              suggest={suggest}
            />
          )}
        />
      )}
      {list.length === 0 && (
        <>
          <Text size="sm" c="dimmed">
            {t('editor.noTriggers')}
          </Text>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button
                size="compact-xs"
                variant="light"
                leftSection={<IconPlus size={13} />}
                style={{ alignSelf: 'start' }}
              >
                {t('editor.addTrigger')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {types.map((type) => (
                <Menu.Item
                  key={type}
                  onClick={() => {
                    onChange([{ type, enabled: true, ...beginnings[type] }])
                  }}
                >
                  {t(`trigger.${type}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </>
      )}
    </Stack>
  )
}

function TriggerForm(p: Of) {
  const t = useT()
  const { value, change, artifacts } = p
  const type = textOf(value['type'])
  return (
    <Stack gap="xs">
      <ChoiceField
        label={t('editor.type')}
        clearable={false}
        value={type}
        onChange={(v) => {
          change({ ...value, ...(v ? beginnings[v] : {}), type: v })
        }}
        choices={types.map((x) => ({ value: x, label: t(`trigger.${x}`) }))}
      />
      <NotActing kind="triggers" name={type} />
      <TriggerFields {...p} />
      <TextField
        label={t('editor.runAs')}
        help={t('editor.runAsHelp')}
        {...inner(value, 'runAsUser', change)}
      />
      <NotActing kind="roles" name={textOf(value['runAsUser']) === '' ? '' : 'runAs'} />
      {artifacts.length > 0 && <ArtifactsOf value={value} change={change} artifacts={artifacts} />}
      <SwitchField label={t('editor.enabled')} {...inner(value, 'enabled', change)} />
    </Stack>
  )
}

// A trigger can be told which of the pipeline's artifacts it must bring.
function ArtifactsOf({ value, change, artifacts }: Pick<Of, 'value' | 'change' | 'artifacts'>) {
  const t = useT()
  const chosen: unknown = value['expectedArtifactIds']
  const ids = [...new Set(Array.isArray(chosen) ? chosen.map(textOf) : [])]
  const known = artifacts
    .filter((a) => textOf(a['id']) !== '')
    .map((a) => ({ value: textOf(a['id']), label: textOf(a['displayName']) || textOf(a['id']) }))
  const data = [
    ...known,
    ...ids.filter((id) => !known.some((k) => k.value === id)).map((id) => ({ value: id, label: id })),
  ]
  return (
    <MultiSelect
      label={t('editor.triggerArtifacts')}
      description={t('editor.triggerArtifactsHelp')}
      data={data.filter((d, i) => data.findIndex((x) => x.value === d.value) === i)}
      value={ids}
      onChange={(v) => {
        change(setField(value, 'expectedArtifactIds', v.length > 0 ? v : undefined))
      }}
    />
  )
}

function TriggerFields({ value, change, app, artifacts, suggest }: Of) {
  const t = useT()
  const field = (name: string) => inner(value, name, change)
  switch (value['type']) {
    case 'cron':
      return <Cron value={value} change={change} />
    case 'webhook':
      return (
        <>
          <TextField
            label={t('editor.webhookSource')}
            help={t('editor.webhookHelp', { source: textOf(value['source']) || '…' })}
            {...field('source')}
          />
          <PairsField
            label={t('editor.payloadConstraints')}
            help={t('editor.payloadHelp')}
            {...field('payloadConstraints')}
          />
        </>
      )
    case 'git':
      return (
        <>
          <Group grow align="start">
            <ChoiceField
              label={t('editor.gitSource')}
              clearable={false}
              choices={['github', 'gitlab', 'bitbucket', 'stash']}
              {...field('source')}
            />
            <TextField label={t('editor.branch')} placeholder="main" {...field('branch')} />
          </Group>
          <Group grow align="start">
            <TextField label={t('editor.project')} placeholder="acme" {...field('project')} />
            <TextField label={t('editor.repository')} placeholder="web" {...field('slug')} />
          </Group>
          <TextField label={t('editor.secret')} {...field('secret')} />
        </>
      )
    case 'docker':
      return (
        <>
          <TextField label={t('editor.registry')} {...field('account')} />
          <TextField label={t('editor.repository')} placeholder="library/nginx" {...field('repository')} />
          <TextField label={t('editor.tag')} help={t('editor.tagHelp')} {...field('tag')} />
        </>
      )
    case 'pipeline':
      return <FromPipeline value={value} change={change} app={app} artifacts={artifacts} suggest={suggest} />
    case 'jenkins':
      return (
        <>
          <TextField label={t('editor.master')} {...field('master')} />
          <TextField label={t('editor.job')} {...field('job')} />
          <TextField label={t('editor.propertyFile')} {...field('propertyFile')} />
        </>
      )
    case 'pubsub':
      return (
        <>
          <Group grow>
            <TextField
              label={t('editor.pubsubSystem')}
              choices={['google', 'amazon']}
              {...field('pubsubSystem')}
            />
            <TextField label={t('editor.subscription')} {...field('subscriptionName')} />
          </Group>
          <PairsField label={t('editor.payloadConstraints')} {...field('payloadConstraints')} />
        </>
      )
    default: {
      const { type, enabled, runAsUser, expectedArtifactIds, ...rest } = value
      const own = Object.fromEntries(
        Object.entries({ type, enabled, runAsUser, expectedArtifactIds }).filter(([, v]) => v !== undefined),
      )
      return (
        <ValueField
          label={t('editor.triggerFields')}
          value={rest}
          onChange={(v) => {
            change({ ...own, ...(v as Json | undefined) })
          }}
        />
      )
    }
  }
}

function Cron({ value, change }: { value: Json; change: (next: Json) => void }) {
  const t = useT()
  const expression = textOf(value['cronExpression'])
  const said = useQuery({
    queryKey: ['cron', expression],
    queryFn: () => unwrap(client.GET('/cron/validate', { params: { query: { expression } } })),
    enabled: expression !== '' && !expression.includes('${'),
    staleTime: Infinity,
    retry: false,
  })
  const answer = said.data
  return (
    <>
      <TextField
        label={t('editor.cron')}
        placeholder="0 0 10 ? * MON-FRI"
        {...inner(value, 'cronExpression', change)}
      />
      {expression !== '' && answer && (
        <Text size="sm" c={answer.valid ? 'dimmed' : 'red'} mt={-6}>
          {textOf(answer.valid ? answer.description : answer.message)}
        </Text>
      )}
    </>
  )
}

function FromPipeline({ value, change, app, suggest }: Of) {
  const t = useT()
  const of = textOf(value['application']) || app
  const pipelines = useQuery(pipelinesQuery(of))
  return (
    <>
      <TextField
        label={t('editor.application')}
        choices={suggest('application') ?? []}
        {...inner(value, 'application', change)}
      />
      <ChoiceField
        label={t('editor.pipeline')}
        choices={(pipelines.data ?? []).flatMap((x) =>
          x.id ? [{ value: x.id, label: x.name ?? x.id }] : [],
        )}
        {...inner(value, 'pipeline', change)}
      />
      <TextsField
        label={t('editor.whenIt')}
        choices={['successful', 'failed', 'canceled']}
        {...inner(value, 'status', change)}
      />
    </>
  )
}
