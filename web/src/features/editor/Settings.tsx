import { Accordion, Alert, Text } from '@mantine/core'
import { IconAlertTriangle, IconAdjustments } from '@tabler/icons-react'
import { useT } from '@/i18n'
import { ArtifactsForm } from './Artifacts'
import type { ReactNode } from 'react'
import { objectsOf, setField, type Json } from './model'
import { NotificationsForm } from './notifications/NotificationsForm'
import { ParametersForm } from './Parameters'
import { problemPlace } from './problemPlace'
import type { Problem } from './problems'
import { Count } from './Count'
import { TriggersForm } from './Triggers'
import classes from './Panel.module.css'
import { GeneralSettings } from './GeneralSettings'

type Props = {
  pipeline: Json
  change: (next: Json, topic: string) => void
  problems: readonly Problem[]
  suggest: (field: string) => readonly string[] | undefined
  open: string[]
  setOpen: (open: string[]) => void
  template?: ReactNode
}

/** What a pipeline is told as a whole. */
export function Settings({ pipeline, change, problems, suggest, open, setOpen, template }: Props) {
  const t = useT()
  const set = (field: string, value: unknown) => {
    change(setField(pipeline, field, value), field)
  }
  const sections = [
    ...(template ? [{ key: 'template', label: t('editor.template'), count: 0, body: template }] : []),
    {
      key: 'general',
      label: t('editor.general'),
      count: 0,
      body: <GeneralSettings pipeline={pipeline} set={set} />,
    },
    {
      key: 'parameterConfig',
      label: t('editor.parameters'),
      count: objectsOf(pipeline['parameterConfig']).length,
      body: (
        <ParametersForm
          value={pipeline['parameterConfig']}
          onChange={(v) => {
            set('parameterConfig', v ?? [])
          }}
        />
      ),
    },
    {
      key: 'triggers',
      label: t('editor.triggers'),
      count: objectsOf(pipeline['triggers']).length,
      body: (
        <TriggersForm
          pipeline={pipeline}
          onChange={(v) => {
            set('triggers', v ?? [])
          }}
          suggest={suggest}
        />
      ),
    },
    {
      key: 'expectedArtifacts',
      label: t('editor.artifacts'),
      count: objectsOf(pipeline['expectedArtifacts']).length,
      body: (
        <ArtifactsForm
          value={pipeline['expectedArtifacts']}
          onChange={(v) => {
            set('expectedArtifacts', v ?? [])
          }}
          suggest={suggest}
        />
      ),
    },
    {
      key: 'notifications',
      label: t('editor.notifications'),
      count: objectsOf(pipeline['notifications']).length,
      body: (
        <NotificationsForm
          of="pipeline"
          value={pipeline['notifications']}
          onChange={(v) => {
            set('notifications', v ?? [])
          }}
        />
      ),
    },
  ]
  return (
    <section className={classes.panel} aria-label={t('editor.settings')}>
      <header className={classes.head}>
        <IconAdjustments size={18} aria-hidden />
        <div className={classes.title}>
          <Text fw={600}>{t('editor.settings')}</Text>
          <Text size="xs" c="dimmed">
            {t('editor.settingsHelp')}
          </Text>
        </div>
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
                {p.path && `${problemPlace(t, p.path)}: `}
                {p.message}
              </Text>
            ))}
          </Alert>
        )}
        <Accordion
          multiple
          value={open}
          onChange={setOpen}
          chevronPosition="left"
          className={classes.settings}
          classNames={{ content: classes.content, control: classes.control, item: classes.item }}
        >
          {sections.map((s) => (
            <Accordion.Item key={s.key} value={s.key}>
              <Accordion.Control>
                {s.label} <Count n={s.count} />
              </Accordion.Control>
              <Accordion.Panel>{open.includes(s.key) && s.body}</Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      </div>
    </section>
  )
}
