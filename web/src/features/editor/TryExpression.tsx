import { Alert, Button, Group, Select, Skeleton, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAlertTriangle, IconPlayerPlay, IconRoute } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { Dialog } from '@/components/Dialog'
import { JsonView } from '@/components/JsonView'
import { Empty, Failure } from '@/components/States'
import { useRunLabel } from '@/components/useRunLabel'
import { useT } from '@/i18n'
import { asksOthers, hasExpression, troubles } from './evaluate'
import { useEvaluation, useWords, type PastRun } from './run'

const CodeEditor = lazy(() => import('./ExpressionEditor'))

type Props = {
  runs: readonly PastRun[]
  run: PastRun | undefined
  choose: (id: string) => void
  stageId: string | undefined
  close: () => void
}

const remembered = 'gennaker.expression'

/** Tries expressions on what has been: the value, or what is wrong. */
export function TryExpression({ runs, run, choose, stageId, close }: Props) {
  const t = useT()
  const label = useRunLabel()
  const [text, setText] = useState(() => sessionStorage.getItem(remembered) ?? '${ trigger }')
  const [at, setAt] = useState(stageId ?? '')
  const [wanted, setWanted] = useState('')
  const [settled] = useDebouncedValue(text, 500)
  const words = useWords(true)
  const stages = (run?.stages ?? []).filter((s) => !s.parentStageId)
  const where = stages.some((s) => s.id === at) ? at : ''
  const others = asksOthers(settled)
  const evaluation = useEvaluation(
    { execution: run, stageId: where === '' ? undefined : where },
    settled,
    !others || wanted === settled,
  )
  const wrong = evaluation.data ? troubles(evaluation.data) : []
  return (
    <Dialog aside close={close} size={560} title={t('editor.try')}>
      {!run ? (
        <Empty icon={<IconRoute size={26} />} title={t('editor.noRuns')}>
          {t('editor.noRunsText')}
        </Empty>
      ) : (
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t('editor.tryText')}
          </Text>
          <Group grow align="start">
            <Select
              label={t('editor.run')}
              allowDeselect={false}
              value={run.id}
              onChange={(v) => {
                if (v) choose(v)
              }}
              data={runs.map((e) => ({ value: e.id, label: label(e) }))}
            />
            <Select
              label={t('editor.seenBy')}
              allowDeselect={false}
              searchable={stages.length > 8}
              value={where}
              onChange={(v) => {
                setAt(v ?? '')
              }}
              data={[
                { value: '', label: t('editor.wholeRun') },
                ...stages.map((s) => ({ value: s.id, label: s.name || s.type || s.id })),
              ]}
            />
          </Group>
          <div>
            <Text size="sm" fw={500} mb={4}>
              {t('editor.expression')}
            </Text>
            <Suspense fallback={<Skeleton height={120} />}>
              <CodeEditor
                value={text}
                form="yaml"
                label={t('editor.expression')}
                words={words}
                onChange={(next) => {
                  sessionStorage.setItem(remembered, next)
                  setText(next)
                }}
              />
            </Suspense>
          </div>
          {!hasExpression(settled) && (
            <Text size="sm" c="dimmed">
              {t('editor.tryHow')}
            </Text>
          )}
          {others && wanted !== settled && (
            <Group gap="sm">
              <Button
                size="xs"
                leftSection={<IconPlayerPlay size={14} />}
                onClick={() => {
                  setWanted(settled)
                }}
              >
                {t('editor.evaluate')}
              </Button>
              <Text size="xs" c="dimmed" style={{ flex: 1 }}>
                {t('editor.asksOthers')}
              </Text>
            </Group>
          )}
          {evaluation.error ? (
            <Failure error={evaluation.error} />
          ) : evaluation.isFetching && !evaluation.data ? (
            <Skeleton height={90} />
          ) : (
            evaluation.data && (
              <>
                {wrong.map((text) => (
                  <Alert key={text} color="yellow" icon={<IconAlertTriangle size={16} />} p="xs">
                    <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                      {text}
                    </Text>
                  </Alert>
                ))}
                <div role="region" aria-label={t('editor.result')}>
                  <Text size="sm" fw={500} mb={4}>
                    {t('editor.result')}
                  </Text>
                  <JsonView value={evaluation.data.result ?? null} name="expression.json" />
                </div>
              </>
            )
          )}
        </Stack>
      )}
    </Dialog>
  )
}
