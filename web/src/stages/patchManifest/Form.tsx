import { Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { ChoiceField, SwitchField, ValueField } from '@/features/editor/fields'
import { isObject, textOf } from '@/features/editor/model'
import { field, inner, type FormProps } from '../kit'
import { Target } from '../kubernetes/Target'
import { Source } from '../kubernetes/Source'
import { ArtifactSource } from '../kubernetes/ArtifactSource'
import { targetFields } from '../kubernetes/targetFields'

export const shows = [
  ...targetFields,
  'patchBody',
  'source',
  'manifestArtifactId',
  'manifestArtifactAccount',
  'options',
]

export function Form(p: FormProps) {
  const t = useT()
  const options = isObject(p.stage['options']) ? p.stage['options'] : {}
  const setOptions = (next: typeof options) => {
    p.set('options', next)
  }
  return (
    <Stack gap="sm">
      <Target {...p} />
      <ChoiceField
        label={t('editor.strategy')}
        clearable={false}
        choices={['strategic', 'merge', 'json']}
        value={textOf(options['mergeStrategy']) || 'strategic'}
        onChange={(v) => {
          setOptions({ ...options, mergeStrategy: v })
        }}
      />
      <Source {...p} />
      {textOf(p.stage['source']) === 'artifact' ? (
        <ArtifactSource {...p} />
      ) : (
        <ValueField {...field(p, 'patchBody')} words={p.words} />
      )}
      <SwitchField label={t('editor.record')} otherwise {...inner(options, 'record', setOptions)} />
    </Stack>
  )
}
