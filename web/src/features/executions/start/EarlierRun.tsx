import { Select } from '@mantine/core'
import { useExecutions } from '@/api/executions'
import type { Pipeline } from '@/api/queries'
import { useI18n, useT } from '@/i18n'
import { moment } from '@/lib/format'
import { useStart } from './texts'

type Props = {
  app: string
  pipeline: Pipeline
  like?: string
  setLike: (id: string | undefined) => void
}

/** The executions of the pipeline, of which one is started again. */
export function EarlierRun({ app, pipeline, like, setLike }: Props) {
  const t = useT()
  const s = useStart()
  const { language } = useI18n()
  const { data } = useExecutions(app)
  const list = (data ?? [])
    .filter((e) => e.pipelineConfigId === pipeline.id)
    .map((e) => ({
      value: e.id,
      label: `${moment(e.startTime ?? e.buildTime ?? 0, language)} · ${t(`status.${e.status}`)}`,
    }))
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
