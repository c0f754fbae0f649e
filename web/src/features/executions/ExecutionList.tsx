import { Badge, Button, Tooltip, UnstyledButton } from '@mantine/core'
import { IconChevronRight, IconPencil, IconPlayerPlay } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import type { Pipeline } from '@/api/queries'
import { IdleTriggers } from '@/features/acting/IdleTriggers'
import { useT } from '@/i18n'
import { ExecutionRow } from './ExecutionRow'
import { tagsOf, type Row } from './filter'
import { useList } from './texts'
import classes from './ExecutionList.module.css'

type Shared = {
  app: string
  pipelines: ReadonlyMap<string, Pipeline>
  durations: boolean
  start: (pipeline: string) => void
  fold: (key: string) => void
  named: boolean
}

/** Rows of groups and executions, of which only those that are seen exist. */
export function ExecutionList({ rows, ...shared }: { rows: readonly Row[] } & Shared) {
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [rows.length])
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (i) => (rows[i]?.kind === 'execution' ? 46 : 60),
    overscan: 12,
    scrollMargin: top,
    getItemKey: (i) => rows[i]?.key ?? i,
  })
  return (
    <div ref={list} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index]
        if (!row) return null
        return (
          <div
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            className={classes.place}
            style={{ transform: `translateY(${item.start - top}px)` }}
          >
            <RowView row={row} first={item.index === 0} {...shared} />
          </div>
        )
      })}
    </div>
  )
}

function RowView({
  row,
  first,
  app,
  pipelines,
  durations,
  start,
  fold,
  named,
}: { row: Row; first: boolean } & Shared) {
  const t = useT()
  const l = useList()
  switch (row.kind) {
    case 'execution':
      return (
        <div className={classes.execution} data-last={row.last || undefined} data-first={first || undefined}>
          <ExecutionRow
            execution={row.execution}
            named={named}
            durations={durations}
            pipeline={pipelines.get(row.execution.name ?? '')}
          />
        </div>
      )
    case 'none':
      return (
        <div className={classes.none} data-last>
          {t('executions.never')}
        </div>
      )
    case 'period':
      return (
        <Group
          title={l(`period.${row.period}`)}
          count={row.executions}
          collapsed={row.collapsed}
          fold={() => {
            fold(row.key)
          }}
        />
      )
    case 'pipeline': {
      const tags = tagsOf(row.pipeline)
      return (
        <Group
          title={row.name}
          count={row.executions}
          collapsed={row.collapsed}
          fold={() => {
            fold(row.key)
          }}
        >
          {tags.slice(0, 3).map((tag) => (
            <Badge key={tag} size="sm" variant="default" fw={500} className={classes.tag}>
              {tag}
            </Badge>
          ))}
          {row.pipeline?.disabled && (
            <Badge size="sm" variant="light" color="gray">
              {t('executions.disabled')}
            </Badge>
          )}
          <IdleTriggers triggers={row.pipeline?.triggers} />
          {!row.pipeline && (
            <Tooltip label={t('executions.goneText')}>
              <Badge size="sm" variant="light" color="gray">
                {t('executions.gone')}
              </Badge>
            </Tooltip>
          )}
          {row.pipeline?.id && (
            <Link
              to="/applications/$app/pipelines/$id/edit"
              params={{ app, id: row.pipeline.id }}
              className={classes.edit}
              aria-label={t('editor.editName', { name: row.name })}
            >
              <IconPencil size={14} aria-hidden /> {t('editor.edit')}
            </Link>
          )}
          {row.pipeline && (
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconPlayerPlay size={14} />}
              disabled={row.pipeline.disabled}
              onClick={() => {
                start(row.name)
              }}
              aria-label={t('executions.startName', { name: row.name })}
            >
              {t('executions.start')}
            </Button>
          )}
        </Group>
      )
    }
  }
}

function Group({
  title,
  count,
  collapsed,
  fold,
  children,
}: {
  title: string
  count: number
  collapsed: boolean
  fold: () => void
  children?: ReactNode
}) {
  const l = useList()
  return (
    <div className={classes.group}>
      <div className={classes.head} data-collapsed={collapsed || undefined}>
        <UnstyledButton
          className={classes.fold}
          aria-expanded={!collapsed}
          aria-label={l(collapsed ? 'unfold' : 'fold', { name: title })}
          onClick={fold}
        >
          <IconChevronRight size={15} className={collapsed ? undefined : classes.turned} aria-hidden />
        </UnstyledButton>
        <h2 className={`cut ${classes.name}`}>{title}</h2>
        {count > 0 && <span className="muted num">{count}</span>}
        {children}
      </div>
    </div>
  )
}
