import { Accordion, Textarea } from '@mantine/core'
import type { ReactNode } from 'react'
import { useT } from '@/i18n'
import { ArtifactsForm } from './Artifacts'
import { Count } from './Count'
import { ExecutionOptions } from './ExecutionOptions'
import { ValueField } from './fields'
import { setField, textOf, type StageConfig } from './model'
import { NotificationsForm } from './notifications/NotificationsForm'
import type { StageFields } from './stageFields'
import classes from './Panel.module.css'

type Props = {
  stage: StageConfig
  change: (next: StageConfig, topic: string) => void
  fields: StageFields
  /** The form of the fields that the stage's own form leaves out; nothing if there is no such form. */
  rest: ReactNode
  suggest: (field: string) => readonly string[] | undefined
  words: readonly string[]
}

/** The sections that stages of all types have: options, notifications, artifacts, comments. */
export function StageSections({ stage, change, fields, rest, suggest, words }: Props) {
  const t = useT()
  const set = (field: string, value: unknown) => {
    change(setField(stage, field, value), field)
  }
  const sections = [
    rest && {
      key: 'more',
      title: t('editor.otherFields'),
      count: fields.rest.filter((f) => stage[f.name] !== undefined).length,
      body: rest,
    },
    {
      key: 'options',
      title: t('editor.options'),
      count: 0,
      body: <ExecutionOptions stage={stage} change={change} />,
    },
    {
      key: 'notifications',
      title: t('editor.notifications'),
      count: lengthOf(stage['notifications']),
      body: (
        <NotificationsForm
          of={textOf(stage.type) === 'manualJudgment' ? 'manualJudgment' : 'stage'}
          stage={textOf(stage.name)}
          value={stage['notifications']}
          onChange={(v) => {
            change(
              setField(setField(stage, 'notifications', v), 'sendNotifications', v !== undefined),
              'notifications',
            )
          }}
        />
      ),
    },
    {
      key: 'artifacts',
      title: t('editor.produces'),
      count: lengthOf(stage['expectedArtifacts']),
      body: (
        <ArtifactsForm
          help={t('editor.producesHelp')}
          value={stage['expectedArtifacts']}
          onChange={(v) => {
            set('expectedArtifacts', v)
          }}
          suggest={suggest}
        />
      ),
    },
    {
      key: 'comments',
      title: t('editor.comments'),
      count: 0,
      body: (
        <Textarea
          aria-label={t('editor.comments')}
          autosize
          minRows={3}
          value={textOf(stage['comments'])}
          onChange={(e) => {
            set('comments', e.currentTarget.value || undefined)
          }}
        />
      ),
    },
    fields.typed &&
      Object.keys(fields.unknown).length > 0 && {
        key: 'unknown',
        title: t('editor.kept'),
        count: Object.keys(fields.unknown).length,
        body: (
          <ValueField
            label={t('editor.kept')}
            help={t('editor.keptHelp')}
            value={fields.unknown}
            words={words}
            onChange={(v) => {
              change(fields.withUnknown(v), 'unknown')
            }}
          />
        ),
      },
  ]
  return (
    <Accordion
      multiple
      variant="default"
      chevronPosition="left"
      className={classes.sections}
      classNames={{ content: classes.content, control: classes.control, item: classes.item }}
    >
      {sections.map(
        (s) =>
          s && (
            <Accordion.Item key={s.key} value={s.key}>
              <Accordion.Control>
                {s.title} <Count n={s.count} />
              </Accordion.Control>
              <Accordion.Panel>{s.body}</Accordion.Panel>
            </Accordion.Item>
          ),
      )}
    </Accordion>
  )
}

const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : 0)
