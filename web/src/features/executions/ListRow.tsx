import { Badge, Button, Tooltip } from '@mantine/core'
import { IconPencil, IconPlayerPlay } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Pipeline } from '@/api/queries'
import { IdleTriggers } from '@/features/acting/IdleTriggers'
import { useT } from '@/i18n'
import { ExecutionRow } from './ExecutionRow'
import { tagsOf, type Row } from './filter'
import { useList } from './texts'
import classes from './ExecutionList.module.css'
import { GroupRow } from './GroupRow'

export type Shared = {
  app: string
  pipelines: ReadonlyMap<string, Pipeline>
  durations: boolean
  start: (pipeline: string) => void
  fold: (key: string) => void
  named: boolean
}

/** A row of the list: a group, a run, or a note. */
export function ListRow({
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
        <GroupRow
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
        <GroupRow
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
        </GroupRow>
      )
    }
  }
}
