import { Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { ListField, SwitchField, TextField } from './fields'
import { inner } from '@/stages/kit'
import { isObject, textOf, type Json } from './model'

const types = [
  'docker/image',
  'kubernetes/deployment',
  'kubernetes/configMap',
  'kubernetes/secret',
  'embedded/base64',
  'github/file',
  'gitlab/file',
  'bitbucket/file',
  'git/repo',
  'http/file',
  's3/object',
  'gcs/object',
  'helm/chart',
  'helm/index',
  'maven/file',
  'jenkins/file',
  'custom/object',
]

/** The artifacts that a pipeline needs to run, and where they come from where its trigger brings none. */
export function ArtifactsForm({
  value,
  onChange,
  suggest,
  help,
}: {
  help?: string
  value: unknown
  onChange: (v: unknown) => void
  suggest: (field: string) => readonly string[] | undefined
}) {
  const t = useT()
  return (
    <ListField
      label=""
      help={help ?? t('editor.artifactsHelp')}
      value={value}
      onChange={onChange}
      add={t('editor.addArtifact')}
      make={() => ({
        id: crypto.getRandomValues(new Uint32Array(4)).join('-'),
        displayName: '',
        matchArtifact: { type: 'docker/image', name: '' },
        usePriorArtifact: false,
        useDefaultArtifact: false,
        defaultArtifact: {},
      })}
      render={(item, change) => (
        <Stack gap="xs">
          <div style={{ paddingRight: 24 }}>
            <TextField label={t('editor.displayName')} {...inner(item, 'displayName', change)} />
          </div>
          <Artifact
            value={isObject(item['matchArtifact']) ? item['matchArtifact'] : {}}
            change={(v) => {
              change({ ...item, matchArtifact: v })
            }}
            suggest={suggest}
          />
          <SwitchField label={t('editor.usePrior')} {...inner(item, 'usePriorArtifact', change)} />
          <SwitchField label={t('editor.useDefault')} {...inner(item, 'useDefaultArtifact', change)} />
          {textOf(item['useDefaultArtifact']) === 'true' && (
            <Artifact
              whole
              value={isObject(item['defaultArtifact']) ? item['defaultArtifact'] : {}}
              change={(v) => {
                change({ ...item, defaultArtifact: v })
              }}
              suggest={suggest}
            />
          )}
        </Stack>
      )}
    />
  )
}

function Artifact({
  value,
  change,
  suggest,
  whole,
}: {
  value: Json
  change: (v: Json) => void
  suggest: (field: string) => readonly string[] | undefined
  whole?: boolean
}) {
  const t = useT()
  return (
    <>
      <TextField label={t('editor.type')} choices={types} {...inner(value, 'type', change)} />
      <TextField label={t('editor.artifactName')} placeholder="nginx" {...inner(value, 'name', change)} />
      <TextField label={t('editor.version')} {...inner(value, 'version', change)} />
      {whole && (
        <TextField
          label={t('editor.reference')}
          placeholder="nginx:1.29"
          {...inner(value, 'reference', change)}
        />
      )}
      <TextField
        label={t('editor.artifactAccount')}
        choices={suggest('artifactAccount') ?? []}
        {...inner(value, 'artifactAccount', change)}
      />
    </>
  )
}
