import { Group, Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { ChoiceField, ManifestsField, SwitchField, TextField, TextsField } from '@/features/editor/fields'
import { isObject, textOf } from '@/features/editor/model'
import { field, inner, type FormProps } from '../kit'
import { Source } from '../kubernetes/Source'
import { ArtifactSource } from '../kubernetes/ArtifactSource'

// The stages about Kubernetes objects.

export const shows = [
  'account',
  'manifests',
  'source',
  'manifestArtifactId',
  'manifestArtifactAccount',
  'namespaceOverride',
  'skipExpressionEvaluation',
  'trafficManagement',
  'moniker',
  'requiredArtifactIds',
]

export function Form(p: FormProps) {
  const t = useT()
  const traffic = isObject(p.stage['trafficManagement']) ? p.stage['trafficManagement'] : {}
  const options = isObject(traffic['options']) ? traffic['options'] : {}
  const setOptions = (next: typeof options) => {
    p.set('trafficManagement', { ...traffic, options: next })
  }
  return (
    <Stack gap="sm">
      <Group grow align="start">
        <TextField {...field(p, 'account')} help={undefined} choices={p.suggest('account') ?? []} />
        <TextField
          {...field(p, 'namespaceOverride')}
          help={undefined}
          placeholder={t('editor.fromManifest')}
          choices={p.suggest('location') ?? []}
        />
      </Group>
      <Source {...p} />
      {textOf(p.stage['source']) === 'artifact' ? (
        <ArtifactSource {...p} />
      ) : (
        <ManifestsField {...field(p, 'manifests')} help={t('editor.manifestsHelp')} words={p.words} />
      )}
      <SwitchField {...field(p, 'skipExpressionEvaluation')} />
      <TextsField {...field(p, 'requiredArtifactIds')} choices={p.suggest('artifact')?.slice()} />
      <SwitchField
        label={t('editor.traffic')}
        help={t('editor.trafficHelp')}
        value={traffic['enabled']}
        onChange={(v) => {
          p.set('trafficManagement', { ...traffic, enabled: v })
        }}
      />
      {textOf(traffic['enabled']) === 'true' && (
        <>
          <TextsField label={t('editor.services')} {...inner(options, 'services', setOptions)} />
          <Group grow>
            <ChoiceField
              label={t('editor.strategy')}
              choices={['none', 'bluegreen', 'redblack', 'highlander', 'rollingredblack']}
              {...inner(options, 'strategy', setOptions)}
            />
          </Group>
          <SwitchField label={t('editor.sendTraffic')} {...inner(options, 'enableTraffic', setOptions)} />
        </>
      )}
    </Stack>
  )
}
