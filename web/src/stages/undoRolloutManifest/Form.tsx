import { SegmentedControl, Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { NumberField } from '@/features/editor/fields'
import { setField } from '@/features/editor/model'
import { field, type FormProps } from '../kit'
import { Target } from '../kubernetes/Target'
import { targetFields } from '../kubernetes/targetFields'

export const shows = [...targetFields, 'numRevisionsBack', 'revision']

export function Form(p: FormProps) {
  const t = useT()
  const exact = p.stage['revision'] !== undefined
  return (
    <Stack gap="sm">
      <Target {...p} />
      <SegmentedControl
        size="xs"
        aria-label={t('editor.undoHow')}
        value={exact ? 'exact' : 'back'}
        style={{ alignSelf: 'start' }}
        data={[
          { value: 'back', label: t('editor.undoBack') },
          { value: 'exact', label: t('editor.undoExact') },
        ]}
        onChange={(v) => {
          p.change(
            setField(
              setField(p.stage, 'revision', v === 'exact' ? '' : undefined),
              'numRevisionsBack',
              v === 'exact' ? undefined : 1,
            ),
          )
        }}
      />
      {exact ? (
        <NumberField {...field(p, 'revision')} help={undefined} />
      ) : (
        <NumberField {...field(p, 'numRevisionsBack')} help={undefined} />
      )}
    </Stack>
  )
}
