import {
  Accordion,
  ActionIcon,
  Alert,
  Button,
  Group,
  MultiSelect,
  Stack,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core'
import { IconAlertTriangle, IconCopy, IconTrash, IconX } from '@tabler/icons-react'
import { useMemo } from 'react'
import { useStageTypeName } from '@/stages'
import { useT } from '@/i18n'
import { ArtifactsForm } from './Artifacts'
import { ExecutionOptions, optionFields } from './ExecutionOptions'
import { ValueField } from './fields'
import { forms } from '@/stages/forms'
import {
  isObject,
  refOf,
  requiredBy,
  setField,
  textOf,
  wouldCycle,
  type StageConfig,
  type Stages,
} from './model'
import { NotificationsForm } from './Notifications'
import type { Problem } from './problems'
import { SchemaForm } from './SchemaForm'
import { fieldsOf } from './schema'
import { StageIcon } from './StageIcon'
import type { StageType } from './stageKinds'
import classes from './Panel.module.css'

type Props = {
  app: string
  /** What the editor knows the stage by. */
  id: string
  stage: StageConfig
  stages: Stages
  type: StageType | undefined
  problems: readonly Problem[]
  change: (next: StageConfig, topic: string) => void
  /** Gives the stage a refId of its own. */
  renumber: () => void
  copy: () => void
  remove: () => void
  close: () => void
  suggest: (field: string) => readonly string[] | undefined
  words: readonly string[]
}

/** Everything that one stage is told. */
export function StagePanel({
  app,
  id,
  stage,
  stages,
  type,
  problems,
  change,
  renumber,
  copy,
  remove,
  close,
  suggest,
  words,
}: Props) {
  const t = useT()
  const typeName = useStageTypeName()
  const name = textOf(stage.type)
  const ref = refOf(stage)
  const fields = useMemo(() => (type ? fieldsOf(type.schema) : []), [type])
  const byName = useMemo(() => new Map(fields.map((f) => [f.name, f])), [fields])
  const made = forms.get(name)
  const rest = made ? fields.filter((f) => !made.shows.includes(f.name)) : fields
  const set = (field: string, value: unknown) => {
    change(setField(stage, field, value), field)
  }
  const known = new Set([
    ...fields.map((f) => f.name),
    ...(made?.shows ?? []),
    ...optionFields,
    'name',
    'type',
    'refId',
    'requisiteStageRefIds',
    'cloudProvider',
    'comments',
    'notifications',
    'sendNotifications',
    'expectedArtifacts',
  ])
  const unknown = Object.fromEntries(Object.entries(stage).filter(([key]) => !known.has(key)))
  const setUnknown = (v: unknown) => {
    const own = Object.fromEntries(Object.entries(stage).filter(([key]) => known.has(key)))
    change({ ...own, ...(isObject(v) ? v : {}) }, 'unknown')
  }
  const label = typeName(name)
  const all = [...stages.values()]
  const required = [...new Set(requiredBy(stage))]
  // Of stages with one refId, lines mean the first.
  const others = [...stages].filter(
    ([other, s]) =>
      other === refOf(s) && other !== ref && (required.includes(other) || !wouldCycle(all, other, ref)),
  )
  const dangling = required.filter((r) => !others.some(([other]) => other === r))
  const mixedUp = all.length > 1 && id !== ref
  const form = {
    app,
    stage,
    set,
    change: (next: StageConfig) => {
      change(next, 'fields')
    },
    fields: byName,
    suggest,
    words,
  }
  return (
    <section className={classes.panel} aria-label={t('editor.stageOf', { name: textOf(stage.name) })}>
      <header className={classes.head}>
        <StageIcon name={name} type={type} />
        <div className={classes.title}>
          <Text fw={600} className="cut">
            {label === name ? (type?.label ?? name) : label}
          </Text>
          <Text size="xs" c="dimmed" className="cut" title={type?.description}>
            {type?.description ?? t('editor.unknownType')}
          </Text>
        </div>
        <Tooltip label={t('editor.copyStage')}>
          <ActionIcon aria-label={t('editor.copyStage')} onClick={copy}>
            <IconCopy size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('editor.removeStage')}>
          <ActionIcon aria-label={t('editor.removeStage')} onClick={remove}>
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
        <ActionIcon aria-label={t('common.close')} onClick={close}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      <div className={classes.body}>
        {problems.length > 0 && (
          <Alert
            color={problems.some((p) => p.severity === 'error') ? 'red' : 'yellow'}
            icon={<IconAlertTriangle size={16} />}
            mb="sm"
            p="xs"
          >
            {problems.map((p) => (
              <Text key={p.path + p.message} size="sm">
                {p.message}
              </Text>
            ))}
            {mixedUp && (
              <Button size="compact-xs" variant="default" mt={6} onClick={renumber}>
                {t('editor.renumber')}
              </Button>
            )}
          </Alert>
        )}
        <Stack gap="sm">
          <TextInput
            label={t('editor.name')}
            value={textOf(stage.name)}
            onChange={(e) => {
              set('name', e.currentTarget.value)
            }}
            autoComplete="off"
          />
          <MultiSelect
            label={t('editor.dependsOn')}
            placeholder={required.length === 0 ? t('editor.runsFirst') : undefined}
            value={required}
            searchable
            hidePickedOptions
            limit={100}
            data={[
              ...others.map(([other, s]) => ({ value: other, label: textOf(s.name) || other })),
              ...dangling.map((r) => ({ value: r, label: t('editor.noSuchStage', { ref: r }) })),
            ]}
            onChange={(v) => {
              set('requisiteStageRefIds', v)
            }}
          />
        </Stack>
        <div className={classes.rule} />
        {made ? (
          <made.Form {...form} />
        ) : !type ? (
          <ValueField
            label={t('editor.fields')}
            help={t('editor.unknownHelp')}
            value={unknown}
            words={words}
            onChange={setUnknown}
          />
        ) : (
          <SchemaForm
            fields={rest}
            value={stage}
            onChange={(next, topic) => {
              change(next, topic)
            }}
            suggest={suggest}
            words={words}
          />
        )}
        <Accordion
          multiple
          variant="default"
          chevronPosition="left"
          className={classes.sections}
          classNames={{ content: classes.content, control: classes.control, item: classes.item }}
        >
          {made && rest.length > 0 && (
            <Accordion.Item value="more">
              <Accordion.Control>
                {t('editor.otherFields')} <Count n={rest.filter((f) => stage[f.name] !== undefined).length} />
              </Accordion.Control>
              <Accordion.Panel>
                <SchemaForm
                  fields={rest}
                  value={stage}
                  onChange={(next, topic) => {
                    change(next, topic)
                  }}
                  suggest={suggest}
                  words={words}
                />
              </Accordion.Panel>
            </Accordion.Item>
          )}
          <Accordion.Item value="options">
            <Accordion.Control>{t('editor.options')}</Accordion.Control>
            <Accordion.Panel>
              <ExecutionOptions stage={stage} change={change} />
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="notifications">
            <Accordion.Control>
              {t('editor.notifications')}{' '}
              <Count n={Array.isArray(stage['notifications']) ? stage['notifications'].length : 0} />
            </Accordion.Control>
            <Accordion.Panel>
              <NotificationsForm
                of={name === 'manualJudgment' ? 'manualJudgment' : 'stage'}
                value={stage['notifications']}
                onChange={(v) => {
                  change(
                    setField(setField(stage, 'notifications', v), 'sendNotifications', v !== undefined),
                    'notifications',
                  )
                }}
              />
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="artifacts">
            <Accordion.Control>
              {t('editor.produces')}{' '}
              <Count n={Array.isArray(stage['expectedArtifacts']) ? stage['expectedArtifacts'].length : 0} />
            </Accordion.Control>
            <Accordion.Panel>
              <ArtifactsForm
                help={t('editor.producesHelp')}
                value={stage['expectedArtifacts']}
                onChange={(v) => {
                  set('expectedArtifacts', v)
                }}
                suggest={suggest}
              />
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="comments">
            <Accordion.Control>{t('editor.comments')}</Accordion.Control>
            <Accordion.Panel>
              <Textarea
                aria-label={t('editor.comments')}
                autosize
                minRows={3}
                value={textOf(stage['comments'])}
                onChange={(e) => {
                  set('comments', e.currentTarget.value || undefined)
                }}
              />
            </Accordion.Panel>
          </Accordion.Item>
          {type && Object.keys(unknown).length > 0 && (
            <Accordion.Item value="unknown">
              <Accordion.Control>
                {t('editor.kept')} <Count n={Object.keys(unknown).length} />
              </Accordion.Control>
              <Accordion.Panel>
                <ValueField
                  label={t('editor.kept')}
                  help={t('editor.keptHelp')}
                  value={unknown}
                  words={words}
                  onChange={setUnknown}
                />
              </Accordion.Panel>
            </Accordion.Item>
          )}
        </Accordion>
        <Group gap={6} mt="md">
          <Text size="xs" c="dimmed" className="mono">
            {name} · {ref}
          </Text>
        </Group>
      </div>
    </section>
  )
}

export function Count({ n }: { n: number }) {
  return n > 0 ? <span className={classes.count}>{n}</span> : null
}
