import { Group, Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { ChoiceField, ManifestsField, SwitchField, TextField } from '@/features/editor/fields'
import { textOf } from '@/features/editor/model'
import { field, type FormProps } from '../kit'
import { Source } from '../kubernetes/Source'
import { ArtifactSource } from '../kubernetes/ArtifactSource'

export const shows = [
  'account',
  'credentials',
  'application',
  'namespace',
  'source',
  'manifest',
  'manifestArtifactId',
  'manifestArtifactAccount',
  'waitForCompletion',
  'consumeArtifactSource',
  'propertyFile',
]

export function Form(p: FormProps) {
  const t = useT()
  return (
    <Stack gap="sm">
      <Group grow align="start">
        <TextField {...field(p, 'account')} help={undefined} choices={p.suggest('account') ?? []} />
        <TextField
          {...field(p, 'namespace')}
          help={undefined}
          placeholder={t('editor.fromManifest')}
          choices={p.suggest('location') ?? []}
        />
      </Group>
      <Source {...p} />
      {textOf(p.stage['source']) === 'artifact' ? (
        <ArtifactSource {...p} />
      ) : (
        <ManifestsField single {...field(p, 'manifest')} words={p.words} />
      )}
      <SwitchField {...field(p, 'waitForCompletion')} otherwise />
      <ChoiceField {...field(p, 'consumeArtifactSource')} choices={['none', 'propertyFile', 'artifact']} />
      {textOf(p.stage['consumeArtifactSource']) === 'propertyFile' && (
        <TextField {...field(p, 'propertyFile')} />
      )}
    </Stack>
  )
}
