import { Checkbox, Group, Input, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useT } from '@/i18n'
import { ListField, NumberField, SwitchField, TextField } from './fields'
import { isObject, setField, textOf, type Json, type StageConfig } from './model'
import { failureOf, failures, minutesOf, msOf, withFailure, withWindow } from './options'

type Props = { stage: StageConfig; change: (next: StageConfig, topic: string) => void }

/** What every stage can be told: what its failure means, how long it may take, when it runs. */
export function ExecutionOptions({ stage, change }: Props) {
  const t = useT()
  const enabled = isObject(stage['stageEnabled']) ? stage['stageEnabled'] : undefined
  const [limited, setLimited] = useState(stage['stageTimeoutMs'] !== undefined)
  const window = isObject(stage['restrictedExecutionWindow']) ? stage['restrictedExecutionWindow'] : {}
  const days = Array.isArray(window['days']) ? window['days'].map(Number) : []
  const set = (field: string, value: unknown) => {
    change(setField(stage, field, value), field)
  }
  const setWindow = (next: typeof window) => {
    change(withWindow(stage, next), 'window')
  }
  return (
    <Stack gap="sm">
      <Select
        label={t('editor.onFailure')}
        value={failureOf(stage)}
        allowDeselect={false}
        data={failures.map((f) => ({ value: f, label: t(`editor.failure.${f}`) }))}
        onChange={(v) => {
          const f = failures.find((x) => x === v)
          if (f) change(withFailure(stage, f), 'failure')
        }}
      />
      <SwitchField
        label={t('editor.failOnExpressions')}
        value={stage['failOnFailedExpressions']}
        onChange={(v) => {
          set('failOnFailedExpressions', v === true ? true : undefined)
        }}
      />
      <SwitchField
        label={t('editor.timeout')}
        value={limited}
        onChange={(v) => {
          setLimited(v === true)
          if (!v) set('stageTimeoutMs', undefined)
        }}
      />
      {limited && (
        <NumberField
          label={t('editor.timeoutMinutes')}
          unit={t('editor.minutes')}
          value={minutesOf(stage['stageTimeoutMs'])}
          onChange={(v) => {
            set('stageTimeoutMs', msOf(v))
          }}
        />
      )}
      <SwitchField
        label={t('editor.conditional')}
        value={enabled !== undefined}
        onChange={(v) => {
          set('stageEnabled', v ? { type: 'expression', expression: '' } : undefined)
        }}
      />
      {enabled && (
        <TextField
          label={t('editor.expression')}
          help={t('editor.conditionalHelp')}
          value={enabled['expression']}
          placeholder="${ parameters.env == 'prod' }"
          onChange={(v) => {
            set('stageEnabled', { ...enabled, type: 'expression', expression: v ?? '' })
          }}
        />
      )}
      <SwitchField
        label={t('editor.window')}
        value={stage['restrictExecutionDuringTimeWindow']}
        onChange={(v) => {
          change(
            v
              ? withWindow(
                  stage,
                  Object.keys(window).length > 0
                    ? window
                    : {
                        days: [2, 3, 4, 5, 6],
                        whitelist: [{ startHour: 9, startMin: 0, endHour: 17, endMin: 0 }],
                      },
                )
              : setField(stage, 'restrictExecutionDuringTimeWindow', undefined),
            'window',
          )
        }}
      />
      {textOf(stage['restrictExecutionDuringTimeWindow']) === 'true' && (
        <>
          <Input.Wrapper label={t('editor.days')} labelElement="div">
            <Group gap="xs" mt={4}>
              {[2, 3, 4, 5, 6, 7, 1].map((day) => (
                <Checkbox
                  key={day}
                  size="xs"
                  label={t(`editor.day.d${day as 1 | 2 | 3 | 4 | 5 | 6 | 7}`)}
                  checked={days.includes(day)}
                  onChange={(e) => {
                    setWindow({
                      ...window,
                      days: e.currentTarget.checked ? [...days, day].sort() : days.filter((d) => d !== day),
                    })
                  }}
                />
              ))}
            </Group>
          </Input.Wrapper>
          <ListField
            label={t('editor.hours')}
            value={window['whitelist']}
            onChange={(v) => {
              setWindow({ ...window, whitelist: v ?? [] })
            }}
            add={t('editor.addHours')}
            make={() => ({ startHour: 9, startMin: 0, endHour: 17, endMin: 0 })}
            render={(item, next) => {
              const time = (hour: unknown, min: unknown) =>
                `${textOf(hour).padStart(2, '0')}:${textOf(min).padStart(2, '0')}`
              const parts = (text: string) => text.split(':').map(Number)
              return (
                <Group gap="xs" pr={24} grow>
                  <TextInput
                    type="time"
                    label={t('editor.from')}
                    value={time(item['startHour'], item['startMin'])}
                    onChange={(e) => {
                      const [h = 0, m = 0] = parts(e.currentTarget.value)
                      next({ ...item, startHour: h, startMin: m })
                    }}
                  />
                  <TextInput
                    type="time"
                    label={t('editor.to')}
                    value={time(item['endHour'], item['endMin'])}
                    onChange={(e) => {
                      const [h = 0, m = 0] = parts(e.currentTarget.value)
                      next({ ...item, endHour: h, endMin: m })
                    }}
                  />
                </Group>
              )
            }}
          />
          <TextField
            label={t('editor.skipWindow')}
            help={t('editor.skipWindowHelp')}
            value={stage['skipWindowText']}
            onChange={(v) => {
              set('skipWindowText', v)
            }}
          />
          <Jitter window={window} change={setWindow} />
        </>
      )}
    </Stack>
  )
}

// A random delay within the window, so that not all begin at once.
function Jitter({ window, change }: { window: Json; change: (next: Json) => void }) {
  const t = useT()
  const jitter = isObject(window['jitter']) ? window['jitter'] : undefined
  return (
    <>
      <SwitchField
        label={t('editor.jitter')}
        help={t('editor.jitterHelp')}
        value={jitter?.['enabled'] ?? false}
        onChange={(v) => {
          change({
            ...window,
            jitter: v
              ? { minDelay: 0, maxDelay: 600, skipManual: false, ...jitter, enabled: true }
              : { ...jitter, enabled: false },
          })
        }}
      />
      {jitter && textOf(jitter['enabled']) === 'true' && (
        <Group grow align="start">
          <NumberField
            label={t('editor.from')}
            unit={t('editor.seconds')}
            value={jitter['minDelay']}
            onChange={(v) => {
              change({ ...window, jitter: setField(jitter, 'minDelay', v) })
            }}
          />
          <NumberField
            label={t('editor.to')}
            unit={t('editor.seconds')}
            value={jitter['maxDelay']}
            onChange={(v) => {
              change({ ...window, jitter: setField(jitter, 'maxDelay', v) })
            }}
          />
        </Group>
      )}
    </>
  )
}
