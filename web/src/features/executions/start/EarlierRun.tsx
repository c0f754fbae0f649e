import { Select } from '@mantine/core'
import { useExecutions } from '@/api/executions'
import type { Pipeline } from '@/api/queries'
import { useRunLabel } from '@/components/useRunLabel'
import { useStart } from './texts'

type Props = {
  app: string
  pipeline: Pipeline
  like?: string
  setLike: (id: string | undefined) => void
}

/** The executions of the pipeline, of which one is started again. */
export function EarlierRun({ app, pipeline, like, setLike }: Props) {
  const s = useStart()
  const label = useRunLabel()
  const { data } = useExecutions(app)
  const list = (data ?? [])
    .filter((e) => e.pipelineConfigId === pipeline.id)
    .map((e) => ({ value: e.id, label: label(e) }))
  if (like !== undefined && !list.some((e) => e.value === like)) list.unshift({ value: like, label: like })
  if (list.length === 0) return null
  return (
    <Select
      label={s('like')}
      description={like === undefined ? undefined : s('likeHelp')}
      placeholder={s('likeNone')}
      data={list}
      value={like ?? null}
      clearable
      onChange={(v) => {
        setLike(v ?? undefined)
      }}
    />
  )
}
