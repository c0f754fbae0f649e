import { Stack } from '@mantine/core'
import { ArtifactFields } from '@/features/editor/ArtifactFields'
import { TextField } from '@/features/editor/fields'
import { isObject, setField, textOf, type Json } from '@/features/editor/model'
import { inner, type FormProps } from '../kit'

/** An artifact that is rendered, or a file of values: one of the pipeline's, or one of its own. */
export function Input({
  form,
  value,
  change,
}: {
  form: FormProps
  value: Json
  change: (next: Json) => void
}) {
  const of = (name: string) =>
    form.fields.get('inputArtifacts')?.fields.find((f) => f.name === name)?.label ?? name
  const named = textOf(value['id']) !== ''
  return (
    <Stack gap="xs">
      <div style={{ paddingRight: 24 }}>
        <TextField
          label={of('id')}
          choices={form.suggest('artifact') ?? []}
          {...inner(value, 'id', change)}
        />
      </div>
      {named ? (
        <TextField
          label={of('account')}
          choices={form.suggest('artifactAccount') ?? []}
          {...inner(value, 'account', change)}
        />
      ) : (
        <ArtifactFields
          whole
          value={isObject(value['artifact']) ? value['artifact'] : {}}
          change={(v) => {
            change(setField(value, 'artifact', v))
          }}
          suggest={form.suggest}
        />
      )}
    </Stack>
  )
}
