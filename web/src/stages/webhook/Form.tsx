import { Group, Stack } from '@mantine/core'
import { useT } from '@/i18n'
import {
  ChoiceField,
  NumberField,
  NumbersField,
  PairsField,
  SwitchField,
  TextField,
  ValueField,
} from '@/features/editor/fields'
import { textOf } from '@/features/editor/model'
import { field, type FormProps } from '../kit'

export const shows = [
  'url',
  'method',
  'payload',
  'customHeaders',
  'waitForCompletion',
  'statusUrlResolution',
  'statusUrlJsonPath',
  'statusJsonPath',
  'progressJsonPath',
  'successStatuses',
  'canceledStatuses',
  'terminalStatuses',
  'failFastStatusCodes',
  'onInterruption',
  'waitBeforeMonitor',
]

export function Form(p: FormProps) {
  const t = useT()
  const method = textOf(p.stage['method']) || 'POST'
  return (
    <Stack gap="sm">
      <Group align="start" wrap="nowrap">
        <div style={{ width: 110 }}>
          <ChoiceField
            {...field(p, 'method')}
            help={undefined}
            clearable={false}
            value={method}
            choices={['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']}
          />
        </div>
        <div style={{ flex: 1 }}>
          <TextField {...field(p, 'url')} help={undefined} placeholder="https://example.com/hook" />
        </div>
      </Group>
      {!['GET', 'HEAD'].includes(method) && <ValueField {...field(p, 'payload')} words={p.words} />}
      <PairsField {...field(p, 'customHeaders')} help={undefined} />
      <NumbersField {...field(p, 'failFastStatusCodes')} />
      {!['GET', 'HEAD', 'OPTIONS'].includes(method) && (
        <ChoiceField {...field(p, 'onInterruption')} placeholder="repeat" choices={['repeat', 'fail']} />
      )}
      <SwitchField {...field(p, 'waitForCompletion')} />
      {textOf(p.stage['waitForCompletion']) === 'true' && (
        <>
          <ChoiceField
            {...field(p, 'statusUrlResolution')}
            choices={['getMethod', 'locationHeader', 'webhookResponse']}
          />
          {textOf(p.stage['statusUrlResolution']) === 'webhookResponse' && (
            <TextField {...field(p, 'statusUrlJsonPath')} placeholder="$.statusUrl" />
          )}
          <Group grow align="start">
            <TextField {...field(p, 'statusJsonPath')} help={undefined} placeholder="$.status" />
            <TextField {...field(p, 'progressJsonPath')} help={undefined} placeholder="$.progress" />
          </Group>
          <TextField {...field(p, 'successStatuses')} help={undefined} placeholder="SUCCESS, DONE" />
          <Group grow align="start">
            <TextField {...field(p, 'canceledStatuses')} help={undefined} />
            <TextField {...field(p, 'terminalStatuses')} help={undefined} />
          </Group>
          <NumberField {...field(p, 'waitBeforeMonitor')} help={undefined} unit={t('editor.seconds')} />
        </>
      )}
    </Stack>
  )
}
