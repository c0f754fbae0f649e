import { Accordion, ActionIcon, Alert, Group, MultiSelect, Stack, Text, Textarea, TextInput, Tooltip } from '@mantine/core'
import { IconAlertTriangle, IconCopy, IconTrash, IconX } from '@tabler/icons-react'
import { useMemo } from 'react'
import { stageTypeName } from '@/features/execution/stageTypes'
import { useT } from '@/i18n'
import { ExecutionOptions, optionFields } from './ExecutionOptions'
import { ValueField } from './fields'
import { forms } from './forms'
import { refOf, requiredBy, setField, textOf, wouldCycle, type StageConfig } from './model'
import { NotificationsForm } from './Notifications'
import type { Problem } from './problems'
import { SchemaForm } from './SchemaForm'
import { fieldsOf } from './schema'
import { StageIcon } from './StageIcon'
import type { StageType } from './stageKinds'
import classes from './Panel.module.css'

type Props = {
  app: string
  stage: StageConfig
  stages: readonly StageConfig[]
  type: StageType | undefined
  problems: readonly Problem[]
  change: (next: StageConfig, topic: string) => void
  copy: () => void
  remove: () => void
  close: () => void
  suggest: (field: string) => readonly string[] | undefined
  words: readonly string[]
}

/** Everything that one stage is told. */
export function StagePanel({ app, stage, stages, type, problems, change, copy, remove, close, suggest, words }: Props) {
  const t = useT()
  const name = textOf(stage.type)
  const ref = refOf(stage)
  const fields = useMemo(() => (type ? fieldsOf(type.schema) : []), [type])
  const byName = useMemo(() => new Map(fields.map((f) => [f.name, f])), [fields])
  const made = forms[name]
  const rest = made ? fields.filter((f) => !made.shows.includes(f.name)) : fields
  const set = (field: string, value: unknown) => { change(setField(stage, field, value), field) }
  const known = new Set([...fields.map((f) => f.name), ...(made?.shows ?? []), ...optionFields, 'name', 'type', 'refId', 'requisiteStageRefIds', 'cloudProvider', 'comments', 'notifications', 'sendNotifications', 'expectedArtifacts'])
  const unknown = Object.fromEntries(Object.entries(stage).filter(([key]) => !known.has(key)))
  const label = stageTypeName(t, name)
  const others = stages.filter((s) => refOf(s) !== ref && refOf(s) !== '' && (requiredBy(stage).includes(refOf(s)) || !wouldCycle(stages, refOf(s), ref)))
  const dangling = requiredBy(stage).filter((r) => !others.some((s) => refOf(s) === r))
  const form = { app, stage, set, fields: byName, suggest, words }
  return (
    <section className={classes.panel} aria-label={t('editor.stageOf', { name: textOf(stage.name) })}>
      <header className={classes.head}>
        <StageIcon name={name} type={type} />
        <div className={classes.title}>
          <Text fw={600} className="cut">{label === name ? (type?.label ?? name) : label}</Text>
          <Text size="xs" c="dimmed" className="cut" title={type?.description}>{type?.description ?? t('editor.unknownType')}</Text>
        </div>
        <Tooltip label={t('editor.copyStage')}><ActionIcon aria-label={t('editor.copyStage')} onClick={copy}><IconCopy size={16} /></ActionIcon></Tooltip>
        <Tooltip label={t('editor.removeStage')}><ActionIcon aria-label={t('editor.removeStage')} onClick={remove}><IconTrash size={16} /></ActionIcon></Tooltip>
        <ActionIcon aria-label={t('common.close')} onClick={close}><IconX size={16} /></ActionIcon>
      </header>
      <div className={classes.body}>
        {problems.length > 0 && (
          <Alert color={problems.some((p) => p.severity === 'error') ? 'red' : 'yellow'} icon={<IconAlertTriangle size={16} />} mb="sm" p="xs">
            {problems.map((p) => <Text key={p.path + p.message} size="sm">{p.message}</Text>)}
          </Alert>
        )}
        <Stack gap="sm">
          <TextInput label={t('editor.name')} value={textOf(stage.name)} onChange={(e) => { set('name', e.currentTarget.value) }} autoComplete="off" />
          <MultiSelect
            label={t('editor.dependsOn')} placeholder={requiredBy(stage).length === 0 ? t('editor.runsFirst') : undefined} value={requiredBy(stage)} searchable hidePickedOptions limit={100}
            data={[...others.map((s) => ({ value: refOf(s), label: textOf(s.name) || refOf(s) })), ...dangling.map((r) => ({ value: r, label: t('editor.noSuchStage', { ref: r }) }))]}
            onChange={(v) => { set('requisiteStageRefIds', v) }}
          />
        </Stack>
        <div className={classes.rule} />
        {made ? <made.Form {...form} /> : <SchemaForm fields={rest} value={stage} onChange={(next, topic) => { change(next, topic) }} suggest={suggest} words={words} />}
        <Accordion multiple variant="default" chevronPosition="left" className={classes.sections} classNames={{ content: classes.content, control: classes.control, item: classes.item }}>
          {made && rest.length > 0 && (
            <Accordion.Item value="more">
              <Accordion.Control>{t('editor.otherFields')} <Count n={rest.filter((f) => stage[f.name] !== undefined).length} /></Accordion.Control>
              <Accordion.Panel><SchemaForm fields={rest} value={stage} onChange={(next, topic) => { change(next, topic) }} suggest={suggest} words={words} /></Accordion.Panel>
            </Accordion.Item>
          )}
          <Accordion.Item value="options">
            <Accordion.Control>{t('editor.options')}</Accordion.Control>
            <Accordion.Panel><ExecutionOptions stage={stage} change={change} /></Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="notifications">
            <Accordion.Control>{t('editor.notifications')} <Count n={Array.isArray(stage['notifications']) ? stage['notifications'].length : 0} /></Accordion.Control>
            <Accordion.Panel><NotificationsForm of={name === 'manualJudgment' ? 'manualJudgment' : 'stage'} value={stage['notifications']} onChange={(v) => { change(setField(setField(stage, 'notifications', v), 'sendNotifications', v !== undefined), 'notifications') }} /></Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="comments">
            <Accordion.Control>{t('editor.comments')}</Accordion.Control>
            <Accordion.Panel><Textarea aria-label={t('editor.comments')} autosize minRows={3} value={textOf(stage['comments'])} onChange={(e) => { set('comments', e.currentTarget.value || undefined) }} /></Accordion.Panel>
          </Accordion.Item>
          {Object.keys(unknown).length > 0 && (
            <Accordion.Item value="unknown">
              <Accordion.Control>{t('editor.kept')} <Count n={Object.keys(unknown).length} /></Accordion.Control>
              <Accordion.Panel>
                <ValueField label={t('editor.kept')} help={t('editor.keptHelp')} value={unknown} words={words} onChange={(v) => {
                  const own = Object.fromEntries(Object.entries(stage).filter(([key]) => known.has(key)))
                  change({ ...own, ...(typeof v === 'object' && v !== null && !Array.isArray(v) ? v : {}) }, 'unknown')
                }} />
              </Accordion.Panel>
            </Accordion.Item>
          )}
        </Accordion>
        <Group gap={6} mt="md"><Text size="xs" c="dimmed" className="mono">{name} · {ref}</Text></Group>
      </div>
    </section>
  )
}

export function Count({ n }: { n: number }) {
  return n > 0 ? <span className={classes.count}>{n}</span> : null
}
