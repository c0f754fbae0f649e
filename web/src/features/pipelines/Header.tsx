import { Badge, Button, Group, Text } from '@mantine/core'
import { IconHistory, IconPencil, IconPlayerPlay } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Pipeline } from '@/api/queries'
import { Toolbar } from '@/components/Toolbar'
import { IdleTriggers } from '@/features/acting/IdleTriggers'
import { objectsOf, textOf } from '@/lib/json'
import classes from './Pipelines.module.css'
import { usePipelineTexts } from './texts'
import { TriggerStates } from './TriggerStates'
import { useTriggerStates } from './useTriggerStates'

type Props = {
  app: string
  pipeline: Pipeline
  names: ReadonlyMap<string, string>
  start: () => void
  showHistory: () => void
}

/** A pipeline's name, what starts it, and what can be done with it. */
export function PipelineHeader({ app, pipeline, names, start, showHistory }: Props) {
  const p = usePipelineTexts()
  const id = pipeline.id ?? ''
  const states = useTriggerStates(app)
  const triggers = objectsOf(pipeline.triggers)
  const description = textOf(pipeline['description'])
  return (
    <>
      <Toolbar justify="space-between" align="flex-start" gap="sm" mb={8}>
        <div style={{ minWidth: 0 }}>
          <Group gap={10}>
            <h2 className={classes.title}>{pipeline.name}</h2>
            {pipeline.disabled && (
              <Badge variant="light" color="gray">
                {p('disabled')}
              </Badge>
            )}
            <Text span size="sm" c="dimmed">
              {p('stages', { n: objectsOf(pipeline.stages).length })}
            </Text>
          </Group>
          {description && (
            <Text size="sm" c="dimmed" mt={4} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {description}
            </Text>
          )}
        </div>
        <Group gap="xs">
          <Button size="xs" variant="default" leftSection={<IconHistory size={14} />} onClick={showHistory}>
            {p('history')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPencil size={14} />}
            renderRoot={(props) => (
              <Link {...props} to="/applications/$app/pipelines/$id/edit" params={{ app, id }} />
            )}
          >
            {p('edit')}
          </Button>
          <Button
            size="xs"
            leftSection={<IconPlayerPlay size={14} />}
            disabled={pipeline.disabled}
            onClick={start}
          >
            {p('start')}
          </Button>
        </Group>
      </Toolbar>
      <Group gap="xs" mb="md" role="group" aria-label={p('triggers')}>
        {triggers.length === 0 && !states(id).some((s) => s.inherited) ? (
          <Text size="sm" c="dimmed">
            {p('noTriggers')}
          </Text>
        ) : (
          <>
            <TriggerStates app={app} pipeline={pipeline} names={names} states={states(id)} />
            <IdleTriggers triggers={pipeline.triggers} />
          </>
        )}
      </Group>
    </>
  )
}
