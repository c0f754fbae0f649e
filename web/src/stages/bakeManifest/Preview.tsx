import { Alert, Group, Select, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react'
import { use, useState } from 'react'
import { IconButton } from '@/components/IconButton'
import { Failure, RowsLoading } from '@/components/States'
import { RunContext } from '@/features/editor/run'
import { PlanPane } from '@/features/manifest/PlanPane'
import { useI18n } from '@/i18n'
import { moment } from '@/lib/format'
import type { FormProps } from '../kit'
import { Baked } from './Baked'
import { BakeError } from './BakeError'
import { useBake } from './texts'
import { deploysTo, usePreview } from './usePreview'

/** What the stage would bake with the values of a run, and what of it would be new. */
export function Preview({ form }: { form: FormProps }) {
  const b = useBake()
  const { t, language } = useI18n()
  const { execution, runs = [], pipeline } = use(RunContext)
  const [chosen, setChosen] = useState(() => ({ run: execution?.id ?? '', ...deploysTo(pipeline) }))
  const preview = usePreview(form.app, form.stage, pipeline, chosen)
  const set = (change: Partial<typeof chosen>) => {
    setChosen((before) => ({ ...before, ...change }))
  }
  const p = preview.data
  return (
    <Stack gap="sm">
      <Group align="end" gap="sm">
        <Select
          label={b('values')}
          style={{ flex: '1 1 200px' }}
          allowDeselect={false}
          value={chosen.run}
          onChange={(v) => {
            set({ run: v ?? '' })
          }}
          data={[
            { value: '', label: b('noRun') },
            ...runs.map((e) => ({
              value: e.id,
              label: `${moment(e.startTime ?? e.buildTime ?? 0, language)} · ${t(`status.${e.status}`)}`,
            })),
          ]}
        />
        <Select
          label={b('account')}
          style={{ flex: '1 1 140px' }}
          clearable
          searchable
          value={chosen.account || null}
          onChange={(v) => {
            set({ account: v ?? '' })
          }}
          data={[
            ...new Set([...(form.suggest('account') ?? []), ...(chosen.account ? [chosen.account] : [])]),
          ]}
        />
        <IconButton size="lg" label={b('again')} onClick={() => void preview.refetch()}>
          <IconRefresh size={16} />
        </IconButton>
      </Group>
      {runs.length === 0 && (
        <Text size="sm" c="dimmed">
          {b('noRunHint')}
        </Text>
      )}
      {preview.error ? (
        <Failure error={preview.error} retry={() => void preview.refetch()} />
      ) : !p ? (
        <RowsLoading rows={6} />
      ) : (
        <Stack gap="sm" style={{ opacity: preview.isFetching ? 0.55 : 1 }} aria-busy={preview.isFetching}>
          {p.warnings.length > 0 && (
            <Alert color="yellow" icon={<IconAlertTriangle size={16} />} p="xs" title={b('warnings')}>
              {p.warnings.map((w) => (
                <Text key={w} size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                  {w}
                </Text>
              ))}
            </Alert>
          )}
          {p.error ? (
            <BakeError error={p.error} />
          ) : (
            <Baked
              app={form.app}
              baked={p}
              running={
                p.planError ? (
                  <Text size="sm" style={{ color: 'var(--wait)', overflowWrap: 'anywhere' }}>
                    {b('unplanned', { error: p.planError })}
                  </Text>
                ) : (
                  <PlanPane
                    plan={p.plan}
                    error={null}
                    obstacle={undefined}
                    asking={preview.isFetching}
                    restarts={false}
                    empty={b('chooseAccount')}
                  />
                )
              }
            />
          )}
        </Stack>
      )}
    </Stack>
  )
}
