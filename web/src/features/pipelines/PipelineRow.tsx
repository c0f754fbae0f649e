import { Badge } from '@mantine/core'
import { IconPencil, IconPlayerPlay } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Pipeline, Summary } from '@/api/queries'
import { IconButton } from '@/components/IconButton'
import { Ago } from '@/components/Time'
import { IdleTriggers } from '@/features/acting/IdleTriggers'
import { useT } from '@/i18n'
import { Latest } from './Latest'
import classes from './Pipelines.module.css'
import { usePipelineTexts } from './texts'
import { Triggers } from './Triggers'
import { TriggerTimes } from './TriggerTimes'
import type { TriggerState } from './useTriggerStates'

type Props = {
  app: string
  pipeline: Pipeline
  runs: readonly Summary[]
  names: ReadonlyMap<string, string>
  states: readonly TriggerState[]
}

/** A pipeline in the list of an application's. */
export function PipelineRow({ app, pipeline, runs, names, states }: Props) {
  const t = useT()
  const p = usePipelineTexts()
  const id = pipeline.id ?? ''
  const name = pipeline.name ?? id
  const last = runs[0]
  return (
    <li className={`${classes.row} hover-row`}>
      <span className={`cut ${classes.what}`}>
        <Link to="/applications/$app/pipelines/$id" params={{ app, id }} className={classes.name}>
          {name}
        </Link>
        {pipeline.disabled && (
          <Badge size="sm" variant="light" color="gray" ml={8}>
            {p('disabled')}
          </Badge>
        )}
      </span>
      <span className={classes.aside}>
        <span className={classes.asideWords}>
          <Triggers pipeline={pipeline} names={names} most={1} />
          <TriggerTimes states={states} />
        </span>
        <IdleTriggers triggers={pipeline.triggers} />
      </span>
      <Latest runs={runs} />
      <span className={`muted ${classes.time}`}>
        {last ? <Ago time={last.startTime ?? last.buildTime} /> : p('never')}
      </span>
      <span className={classes.actions}>
        <IconButton
          label={p('startName', { name })}
          tip={p('start')}
          disabled={pipeline.disabled}
          renderRoot={(props) => (
            <Link
              {...props}
              to="/applications/$app/pipelines/$id"
              params={{ app, id }}
              search={{ start: true }}
              disabled={pipeline.disabled}
            />
          )}
        >
          <IconPlayerPlay size={16} />
        </IconButton>
        <IconButton
          label={t('editor.editName', { name })}
          tip={p('edit')}
          renderRoot={(props) => (
            <Link {...props} to="/applications/$app/pipelines/$id/edit" params={{ app, id }} />
          )}
        >
          <IconPencil size={16} />
        </IconButton>
      </span>
    </li>
  )
}
