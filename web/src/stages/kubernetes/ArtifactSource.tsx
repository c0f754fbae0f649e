import { TextField } from '@/features/editor/fields'
import { field, type FormProps } from '../kit'

export function ArtifactSource(p: FormProps) {
  return (
    <>
      <TextField {...field(p, 'manifestArtifactId')} choices={p.suggest('artifact') ?? []} />
      <TextField {...field(p, 'manifestArtifactAccount')} choices={p.suggest('artifactAccount') ?? []} />
    </>
  )
}
