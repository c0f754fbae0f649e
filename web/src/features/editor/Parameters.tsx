import { Group, Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { ChoiceField, ListField, SwitchField, TextField, TextsField } from './fields'
import { inner } from '@/stages/kit'
import { isObject, objectsOf, setField, textOf, type Json } from './model'

/** What a pipeline asks for when it is started. */
export function ParametersForm({ value, onChange }: { value: unknown; onChange: (v: unknown) => void }) {
  const t = useT()
  const names = objectsOf(value)
    .map((p) => textOf(p['name']))
    .filter((n) => n !== '')
  return (
    <ListField
      ordered
      label=""
      help={t('editor.parametersHelp')}
      value={value}
      onChange={onChange}
      add={t('editor.addParameter')}
      make={() => ({
        name: '',
        label: '',
        required: false,
        pinned: false,
        default: '',
        description: '',
        hasOptions: false,
        options: [{ value: '' }],
      })}
      render={(item, change) => (
        <Stack gap="xs">
          <Group grow pr={64} align="start">
            <TextField label={t('editor.name')} placeholder="image" {...inner(item, 'name', change)} />
            <TextField label={t('editor.label')} {...inner(item, 'label', change)} />
          </Group>
          <TextField label={t('editor.description')} {...inner(item, 'description', change)} />
          <TextField
            label={t('editor.default')}
            value={item['default']}
            onChange={(v) => {
              change({ ...item, default: v ?? '' })
            }}
          />
          <Group gap="lg">
            <SwitchField label={t('editor.required')} {...inner(item, 'required', change)} />
            <SwitchField label={t('editor.pinned')} {...inner(item, 'pinned', change)} />
            <SwitchField label={t('editor.hasOptions')} {...inner(item, 'hasOptions', change)} />
          </Group>
          {textOf(item['hasOptions']) === 'true' && (
            <TextsField
              label={t('editor.choices')}
              value={objectsOf(item['options'])
                .map((o) => textOf(o['value']))
                .filter((v) => v !== '')}
              onChange={(v) => {
                const before = objectsOf(item['options'])
                change({
                  ...item,
                  options: (v ?? []).map(
                    (x) => before.find((o) => isObject(o) && o['value'] === x) ?? { value: x },
                  ),
                })
              }}
            />
          )}
          {textOf(item['hasOptions']) !== 'true' && (
            <SwitchField
              label={t('editor.isDate')}
              help={t('editor.isDateHelp')}
              value={item['constraint'] === 'date'}
              onChange={(v) => {
                change(setField(item, 'constraint', v ? 'date' : undefined))
              }}
            />
          )}
          <Conditional item={item} change={change} others={names.filter((n) => n !== textOf(item['name']))} />
        </Stack>
      )}
    />
  )
}

// Whether a parameter is asked for may depend on another.
function Conditional({
  item,
  change,
  others,
}: {
  item: Json
  change: (next: Json) => void
  others: readonly string[]
}) {
  const t = useT()
  const when = isObject(item['conditional']) ? item['conditional'] : undefined
  if (!when && others.length === 0) return null
  const set = (next: Json) => {
    change({ ...item, conditional: next })
  }
  return (
    <>
      <SwitchField
        label={t('editor.askedWhen')}
        value={when !== undefined}
        onChange={(v) => {
          change(
            setField(
              item,
              'conditional',
              v ? { parameter: others[0], comparator: '=', comparatorValue: '' } : undefined,
            ),
          )
        }}
      />
      {when && (
        <Group grow align="start">
          <ChoiceField
            label={t('editor.parameter')}
            clearable={false}
            choices={others}
            {...inner(when, 'parameter', set)}
          />
          <ChoiceField
            label={t('editor.comparison')}
            clearable={false}
            choices={['=', '!=', '>', '<', '>=', '<=']}
            {...inner(when, 'comparator', set)}
          />
          <TextField label={t('editor.value')} {...inner(when, 'comparatorValue', set)} />
        </Group>
      )}
    </>
  )
}
