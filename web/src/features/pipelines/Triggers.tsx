import { Badge } from '@mantine/core'
import type { Pipeline } from '@/api/queries'
import { triggerName } from '@/features/executions/ExecutionRow'
import { useT } from '@/i18n'
import { objectsOf, textOf } from '@/lib/json'
import classes from './Pipelines.module.css'
import { usePipelineTexts } from './texts'
import { triggerText } from './triggerText'

type Props = { pipeline: Pipeline; names: ReadonlyMap<string, string>; most?: number }

/** What starts a pipeline by itself, each as a label. */
export function Triggers({ pipeline, names, most = 20 }: Props) {
  const t = useT()
  const p = usePipelineTexts()
  const triggers = objectsOf(pipeline.triggers)
  return (
    <span className={classes.triggers}>
      {triggers.slice(0, most).map((trigger, i) => (
        <Badge key={i} variant="default" fw={500} className={classes.trigger}>
          {[
            triggerName(t, textOf(trigger['type'])),
            triggerText(trigger, names),
            trigger['enabled'] === false ? p('triggerOff') : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </Badge>
      ))}
      {triggers.length > most && <span className="muted">+{triggers.length - most}</span>}
    </span>
  )
}
