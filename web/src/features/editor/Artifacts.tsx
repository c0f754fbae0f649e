import { Stack } from '@mantine/core'
import { useT } from '@/i18n'
import { ArtifactFields } from './ArtifactFields'
import { ListField, SwitchField, TextField } from './fields'
import { inner } from '@/stages/kit'
import { isObject, textOf } from './model'

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
          <ArtifactFields
            value={isObject(item['matchArtifact']) ? item['matchArtifact'] : {}}
            change={(v) => {
              change({ ...item, matchArtifact: v })
            }}
            suggest={suggest}
          />
          <SwitchField label={t('editor.usePrior')} {...inner(item, 'usePriorArtifact', change)} />
          <SwitchField label={t('editor.useDefault')} {...inner(item, 'useDefaultArtifact', change)} />
          {textOf(item['useDefaultArtifact']) === 'true' && (
            <ArtifactFields
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
