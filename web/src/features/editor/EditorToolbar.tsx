import { Badge, Button, Group, Indicator, Menu, SegmentedControl, Text } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCircleCheck,
  IconLock,
  IconPlus,
  IconVariable,
} from '@tabler/icons-react'
import { IconButton } from '@/components/IconButton'
import { ToneBadge } from '@/components/Status'
import { Toolbar } from '@/components/Toolbar'
import { useT } from '@/i18n'
import { PipelineMenu } from './PipelineMenu'
import { textOf } from './model'
import { problemPlace } from './problemPlace'
import type { Problem } from './problems'
import type { Draft } from './useDraft'
import classes from './EditorToolbar.module.css'

type Props = {
  app: string
  draft: Draft
  locked: boolean
  /** Whether the stages are not to be changed here: locked, or those of a template. */
  fixed: boolean
  problems: readonly Problem[]
  code: boolean
  setCode: (on: boolean) => void
  add: () => void
  save: () => void
  openHistory: () => void
  show: (problem: Problem) => void
  /** Whether it is saved as soon as the server is back. */
  waiting: boolean
  /** How many texts are not understood yet, and the way to the first of them. */
  unread: number
  showUnread: () => void
  tryExpressions: () => void
}

/** What is done with a pipeline as a whole. */
export function EditorToolbar({
  app,
  draft: d,
  locked,
  fixed,
  problems,
  code,
  setCode,
  add,
  save,
  openHistory,
  show,
  waiting,
  unread,
  showUnread,
  tryExpressions,
}: Props) {
  const t = useT()
  return (
    <Toolbar className={classes.bar} role="toolbar" aria-label={t('editor.title')}>
      <Group gap={8} wrap="nowrap" className={classes.name}>
        <h2 className={`cut ${classes.title}`} title={textOf(d.draft['name'])}>
          {textOf(d.draft['name'])}
        </h2>
        {d.draft['disabled'] === true && (
          <Badge size="sm" variant="light" color="gray">
            {t('executions.disabled')}
          </Badge>
        )}
        {locked && (
          <Badge size="sm" variant="light" color="gray" leftSection={<IconLock size={11} />}>
            {t('editor.locked')}
          </Badge>
        )}
        {waiting ? (
          <ToneBadge tone="wait" role="status">
            {t('editor.waiting')}
          </ToneBadge>
        ) : (
          d.dirty && <ToneBadge tone="wait">{t('editor.unsaved')}</ToneBadge>
        )}
      </Group>
      {unread > 0 ? (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconAlertTriangle size={15} />}
          style={{ color: 'var(--bad)' }}
          onClick={showUnread}
        >
          {t('editor.unread', { n: unread })}
        </Button>
      ) : (
        <Problems list={problems} show={show} />
      )}
      <SegmentedControl
        size="xs"
        value={code ? 'code' : 'graph'}
        onChange={(v) => {
          setCode(v === 'code')
        }}
        aria-label={t('execution.view')}
        data={[
          { value: 'graph', label: t('execution.graph') },
          { value: 'code', label: t('editor.code') },
        ]}
      />
      <Group gap={2} wrap="nowrap">
        <IconButton size="lg" label={t('editor.try')} onClick={tryExpressions}>
          <IconVariable size={18} />
        </IconButton>
        <IconButton
          size="lg"
          label={t('editor.undo')}
          tip={`${t('editor.undo')} (Ctrl Z)`}
          disabled={!d.canUndo || locked}
          onClick={d.undo}
        >
          <IconArrowBackUp size={18} />
        </IconButton>
        <IconButton
          size="lg"
          label={t('editor.redo')}
          tip={`${t('editor.redo')} (Ctrl ⇧ Z)`}
          disabled={!d.canRedo || locked}
          onClick={d.redo}
        >
          <IconArrowForwardUp size={18} />
        </IconButton>
      </Group>
      <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} disabled={fixed} onClick={add}>
        {t('editor.addStage')}
      </Button>
      <Indicator disabled={!d.dirty} size={7} offset={3} color="yellow">
        <Button size="xs" loading={d.busy} disabled={!d.dirty || locked || waiting} onClick={save}>
          {t('editor.save')}
        </Button>
      </Indicator>
      <PipelineMenu app={app} draft={d} locked={locked} openHistory={openHistory} />
    </Toolbar>
  )
}

function Problems({ list, show }: { list: readonly Problem[]; show: (problem: Problem) => void }) {
  const t = useT()
  const errors = list.filter((p) => p.severity === 'error').length
  if (list.length === 0)
    return (
      <span className={classes.fine}>
        <IconCircleCheck size={15} aria-hidden /> {t('editor.fine')}
      </span>
    )
  const tone = errors > 0 ? 'bad' : 'wait'
  return (
    <Menu position="bottom" width={440}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconAlertTriangle size={15} />}
          style={{ color: `var(--${tone})` }}
        >
          {t('editor.problems', { n: list.length })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {list.slice(0, 100).map((p) => (
          <Menu.Item
            key={p.path + p.message}
            leftSection={
              <IconAlertTriangle
                size={15}
                style={{ color: `var(--${p.severity === 'error' ? 'bad' : 'wait'})` }}
              />
            }
            onClick={() => {
              show(p)
            }}
          >
            <Text size="sm" fw={550}>
              {p.stage ?? problemPlace(t, p.path)}
            </Text>
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {p.message}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
