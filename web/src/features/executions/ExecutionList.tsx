import { Badge, Button, Skeleton, Tooltip } from '@mantine/core'
import { IconPencil, IconPlayerPlay } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { useT } from '@/i18n'
import { ExecutionRow } from './ExecutionRow'
import type { Row } from './filter'
import classes from './ExecutionList.module.css'

/** Rows of pipelines and executions, of which only those that are seen exist. */
export function ExecutionList({ rows, app, start }: { rows: readonly Row[]; app: string; start: (pipeline: string) => void }) {
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    setTop((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [rows.length])
  const virtual = useWindowVirtualizer({
    count: rows.length, estimateSize: (i) => (rows[i]?.kind === 'pipeline' ? 60 : 52), overscan: 12, scrollMargin: top, getItemKey: (i) => rows[i]?.key ?? i,
  })
  return (
    <div ref={list} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index]
        if (!row) return null
        return (
          <div key={item.key} ref={virtual.measureElement} data-index={item.index} className={classes.place} style={{ transform: `translateY(${item.start - top}px)` }}>
            <RowView row={row} app={app} start={start} alone={rows[0]?.kind !== 'pipeline'} first={item.index === 0} />
          </div>
        )
      })}
    </div>
  )
}

function RowView({ row, app, start, alone, first }: { row: Row; app: string; start: (pipeline: string) => void; alone: boolean; first: boolean }) {
  const t = useT()
  switch (row.kind) {
    case 'execution':
      return <div className={classes.execution} data-last={row.last || undefined} data-first={(alone && first) || undefined}><ExecutionRow execution={{ ...row.execution, application: row.execution.application ?? app }} named={alone} /></div>
    case 'coming':
      return <div className={classes.none} data-last><Skeleton height={12} width={160} my={4} /></div>
    case 'none':
      return <div className={classes.none} data-last>{t('executions.never')}</div>
    case 'pipeline':
      return (
        <div className={classes.group}>
          <div className={classes.head}>
            <h2 className={`cut ${classes.name}`}>{row.name}</h2>
            {row.pipeline?.disabled && <Badge size="sm" variant="light" color="gray">{t('executions.disabled')}</Badge>}
            {!row.pipeline && <Tooltip label={t('executions.goneText')}><Badge size="sm" variant="light" color="gray">{t('executions.gone')}</Badge></Tooltip>}
            {row.pipeline?.id && (
              <Link to="/applications/$app/pipelines/$id/edit" params={{ app, id: row.pipeline.id }} className={classes.edit} aria-label={t('editor.editName', { name: row.name })}>
                <IconPencil size={14} aria-hidden /> {t('editor.edit')}
              </Link>
            )}
            {row.pipeline && (
              <Button size="compact-sm" variant="subtle" leftSection={<IconPlayerPlay size={14} />} disabled={row.pipeline.disabled} onClick={() => { start(row.name) }} aria-label={t('executions.startName', { name: row.name })}>
                {t('executions.start')}
              </Button>
            )}
          </div>
        </div>
      )
  }
}
