import { Group, Text } from '@mantine/core'
import { useMemo } from 'react'
import { useT } from '@/i18n'
import { ValueField } from './fields'
import { refOf, setField, textOf, type StageConfig, type Stages } from './model'
import type { Problem } from './problems'
import { SchemaForm } from './SchemaForm'
import { StageBasics } from './StageBasics'
import { stageFieldsOf } from './stageFields'
import { StageHead } from './StageHead'
import type { StageType } from './stageKinds'
import { StageProblems } from './StageProblems'
import { StageSections } from './StageSections'
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
export function StagePanel(props: Props) {
  const { app, id, stage, stages, type, problems, change, renumber, suggest, words } = props
  const t = useT()
  const name = textOf(stage.type)
  const ref = refOf(stage)
  const fields = useMemo(() => stageFieldsOf(stage, type), [stage, type])
  const made = fields.form
  const set = (field: string, value: unknown) => {
    change(setField(stage, field, value), field)
  }
  const generated = (
    <SchemaForm
      fields={fields.rest}
      value={stage}
      onChange={(next, topic) => {
        change(next, topic)
      }}
      suggest={suggest}
      words={words}
    />
  )
  return (
    <section className={classes.panel} aria-label={t('editor.stageOf', { name: textOf(stage.name) })}>
      <StageHead name={name} type={type} copy={props.copy} remove={props.remove} close={props.close} />
      <div className={classes.body}>
        <StageProblems problems={problems} renumber={stages.size > 1 && id !== ref ? renumber : undefined} />
        <StageBasics stage={stage} stages={stages} set={set} />
        <div className={classes.rule} />
        {made ? (
          <made.Form
            app={app}
            stage={stage}
            set={set}
            change={(next) => {
              change(next, 'fields')
            }}
            fields={fields.byName}
            suggest={suggest}
            words={words}
          />
        ) : !type ? (
          <ValueField
            label={t('editor.fields')}
            help={t('editor.unknownHelp')}
            value={fields.unknown}
            words={words}
            onChange={(v) => {
              change(fields.withUnknown(v), 'unknown')
            }}
          />
        ) : (
          generated
        )}
        <StageSections
          stage={stage}
          change={change}
          fields={fields}
          rest={made && fields.rest.length > 0 ? generated : undefined}
          suggest={suggest}
          words={words}
        />
        <Group gap={6} mt="md">
          <Text size="xs" c="dimmed" className="mono">
            {name} · {ref}
          </Text>
        </Group>
      </div>
    </section>
  )
}
