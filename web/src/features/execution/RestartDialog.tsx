import { Checkbox, Input, Skeleton, Stack, Switch, Text } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { changeStage, restartStage } from '@/api/actions'
import type { Stage } from '@/api/queries'
import { Confirm } from '@/components/Confirm'
import { useAction } from '@/components/useAction'
import { useT } from '@/i18n'
import { read, write } from '@/lib/texts'
import { changeable, patchOf } from './restart'
import { contextOf } from './stage'
import { useRuns } from './texts'

const CodeEditor = lazy(() => import('@/components/CodeEditor'))

type Props = { execution: string; stage: Stage; cut: boolean; opened: boolean; close: () => void }

/** Runs a stage and all after it again: as it was, or with what it is given changed. */
export function RestartDialog({ execution, stage, cut, opened, close }: Props) {
  const t = useT()
  const r = useRuns()
  const before = changeable(contextOf(stage))
  const [changing, setChanging] = useState(false)
  const [goOn, setGoOn] = useState(false)
  const [text, setText] = useState(() => write(before, 'yaml'))
  const parsed = read(text, 'yaml')
  const problem = 'problem' in parsed ? parsed.problem : undefined
  const restart = useAction(
    async () => {
      const patch = {
        ...(changing && 'value' in parsed ? patchOf(before, parsed.value) : {}),
        ...(goOn ? { failPipeline: false, continuePipeline: true } : {}),
      }
      if (Object.keys(patch).length > 0) await changeStage(execution, stage.id, patch)
      await restartStage(execution, stage.id)
    },
    { then: close },
  )
  return (
    <Confirm
      opened={opened}
      close={close}
      title={t('stage.restartTitle', { name: stage.name ?? '' })}
      action={t('stage.restart')}
      busy={restart.isPending}
      disabled={changing && problem !== undefined}
      onConfirm={() => {
        restart.mutate()
      }}
    >
      <Stack gap="sm">
        <Text>{t('stage.restartText')}</Text>
        <Checkbox
          size="sm"
          label={r('goOn')}
          description={r('goOnHelp')}
          checked={goOn}
          onChange={(e) => {
            setGoOn(e.currentTarget.checked)
          }}
        />
        <Switch
          size="sm"
          label={r('change')}
          description={cut ? r('changeCut') : r('changeHelp')}
          disabled={cut}
          checked={changing}
          onChange={(e) => {
            setChanging(e.currentTarget.checked)
          }}
        />
        {changing && (
          <Input.Wrapper
            data-note
            error={problem === 'notObject' ? r('notObject') : problem}
            errorProps={{ role: 'alert' }}
          >
            <Suspense fallback={<Skeleton height={200} />}>
              <CodeEditor
                form="yaml"
                label={r('given')}
                value={text}
                onChange={setText}
                problem={problem === undefined ? undefined : { message: problem }}
              />
            </Suspense>
          </Input.Wrapper>
        )}
      </Stack>
    </Confirm>
  )
}
