import { inner } from '@/stages/kit'
import { useT } from '@/i18n'
import { TextField } from './fields'
import type { Json } from './model'

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
  'helm/image',
  'helm/index',
  'maven/file',
  'jenkins/file',
  'custom/object',
]

/** The fields of an artifact, or of what is expected of one; a whole one also has a reference. */
export function ArtifactFields({
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
      <TextField
        label={t('editor.artifactName')}
        placeholder={value['type'] === 'docker/image' ? 'nginx' : undefined}
        {...inner(value, 'name', change)}
      />
      <TextField label={t('editor.version')} {...inner(value, 'version', change)} />
      {whole && (
        <TextField
          label={t('editor.reference')}
          placeholder={value['type'] === 'docker/image' ? 'nginx:1.29' : undefined}
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
