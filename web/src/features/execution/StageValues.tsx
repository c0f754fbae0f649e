import { Stack, Text } from '@mantine/core'
import { type Schemas } from '@/api/client'
import { JsonView } from '@/components/JsonView'
import { useRuns } from './texts'
import { CutValue } from './CutValue'

type Part = 'context' | 'outputs'

/** What a stage holds; of what is too large, the beginning, and the rest where it is asked for. */
export function StageValues({
  execution,
  detail,
  part,
}: {
  execution: string
  detail: Schemas['StageDetail']
  part: Part
}) {
  const r = useRuns()
  const [stage] = detail.stages
  if (!stage) return null
  const cut = detail.cut.filter(
    (c) => c.stageId === stage.id && (c.pointer === `/${part}` || c.pointer.startsWith(`/${part}/`)),
  )
  return (
    <Stack gap="md">
      <JsonView value={stage[part] ?? {}} name={`${stage.name ?? stage.id}-${part}.json`} />
      {cut.length > 0 && (
        <section aria-label={r('cut')}>
          <Text fw={600} size="sm">
            {r('cut')}
          </Text>
          <Text size="xs" c="dimmed" mb={8}>
            {r('cutText')}
          </Text>
          <Stack gap={8}>
            {cut.map((c) => (
              <CutValue key={c.pointer} execution={execution} cut={c} />
            ))}
          </Stack>
        </section>
      )}
    </Stack>
  )
}
