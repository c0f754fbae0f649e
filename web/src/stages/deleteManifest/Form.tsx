import { Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { NumberField, SwitchField, TextsField } from '@/features/editor/fields'
import { isObject, setField, textOf } from '@/features/editor/model'
import { field, inner, type FormProps } from '../kit'
import { Target } from '../kubernetes/Target'
import { targetFields } from '../kubernetes/targetFields'

export const shows = [...targetFields, 'kinds', 'labelSelectors', 'options']

export function Form(p: FormProps) {
  const t = useT()
  const options = isObject(p.stage['options']) ? p.stage['options'] : {}
  const setOptions = (next: typeof options) => {
    p.set('options', next)
  }
  const selectors =
    isObject(p.stage['labelSelectors']) && Array.isArray(p.stage['labelSelectors']['selectors'])
      ? p.stage['labelSelectors']['selectors']
      : []
  return (
    <Stack gap="sm">
      <Target {...p} labels />
      {textOf(p.stage['mode']) === 'label' && (
        <>
          <TextsField {...field(p, 'kinds')} />
          <TextsField
            label={t('editor.labels')}
            help={t('editor.labelsHelp')}
            value={selectors.map((s) =>
              isObject(s)
                ? `${textOf(s['key'])}=${(Array.isArray(s['values']) ? s['values'] : []).map(textOf).join('|')}`
                : '',
            )}
            onChange={(list) => {
              p.set(
                'labelSelectors',
                list && {
                  selectors: list.map((text) => {
                    const kept: unknown = selectors.find(
                      (s) =>
                        isObject(s) &&
                        `${textOf(s['key'])}=${(Array.isArray(s['values']) ? s['values'] : []).map(textOf).join('|')}` ===
                          text,
                    )
                    const [key = '', value = ''] = text.split('=')
                    return (
                      kept ?? {
                        kind: 'EQUALS',
                        key: key.trim(),
                        values: value.split('|').map((v) => v.trim()),
                      }
                    )
                  }),
                },
              )
            }}
          />
        </>
      )}
      <SwitchField
        label={t('editor.cascading')}
        help={t('editor.cascadingHelp')}
        value={options['cascading']}
        otherwise
        onChange={(v) => {
          setOptions(setField(options, 'cascading', v))
        }}
      />
      <NumberField
        label={t('editor.grace')}
        unit={t('editor.seconds')}
        {...inner(options, 'gracePeriodSeconds', setOptions)}
      />
    </Stack>
  )
}
