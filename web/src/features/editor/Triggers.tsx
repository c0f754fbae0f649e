import { Button, Menu, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { NotActing } from '@/features/acting/NotActing'
import { useT } from '@/i18n'
import { ChoiceField, ListField, SwitchField, TextField } from './fields'
import { inner } from '@/stages/kit'
import { objectsOf, textOf, type Json } from './model'
import { TriggerFields } from './TriggerFields'
import { type TriggerProps } from './triggerProps'
import { TriggerArtifacts } from './TriggerArtifacts'

const types = [
  'cron',
  'webhook',
  'git',
  'docker',
  'pipeline',
  'jenkins',
  'pubsub',
  'helm',
  'artifactory',
  'nexus',
  'travis',
  'concourse',
  'cdevents',
  'plugin',
] as const

const beginnings: Partial<Record<string, Json>> = {
  cron: { cronExpression: '0 0 10 ? * MON-FRI' },
  git: { source: 'github', branch: '' },
  pipeline: { status: ['successful'] },
}

/** What starts a pipeline by itself. */
export function TriggersForm({
  pipeline,
  onChange,
  suggest,
}: {
  pipeline: Json
  onChange: (v: unknown) => void
  suggest: TriggerProps['suggest']
}) {
  const t = useT()
  const app = textOf(pipeline['application'])
  const list = objectsOf(pipeline['triggers'])
  return (
    <Stack gap="xs">
      {list.length > 0 && (
        <ListField
          label=""
          value={pipeline['triggers']}
          onChange={onChange}
          make={() => ({ type: 'cron', enabled: true })}
          add={t('editor.addTrigger')}
          render={(item, change) => (
            <TriggerForm
              value={item}
              change={change}
              app={app}
              artifacts={objectsOf(pipeline['expectedArtifacts'])}
              suggest={suggest}
            />
          )}
        />
      )}
      {list.length === 0 && (
        <>
          <Text size="sm" c="dimmed">
            {t('editor.noTriggers')}
          </Text>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button
                size="compact-xs"
                variant="light"
                leftSection={<IconPlus size={13} />}
                style={{ alignSelf: 'start' }}
              >
                {t('editor.addTrigger')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {types.map((type) => (
                <Menu.Item
                  key={type}
                  onClick={() => {
                    onChange([{ type, enabled: true, ...beginnings[type] }])
                  }}
                >
                  {t(`trigger.${type}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </>
      )}
    </Stack>
  )
}

function TriggerForm(p: TriggerProps) {
  const t = useT()
  const { value, change, artifacts } = p
  const type = textOf(value['type'])
  return (
    <Stack gap="xs">
      <ChoiceField
        label={t('editor.type')}
        clearable={false}
        value={type}
        onChange={(v) => {
          change({ ...value, ...(v ? beginnings[v] : {}), type: v })
        }}
        choices={types.map((x) => ({ value: x, label: t(`trigger.${x}`) }))}
      />
      <NotActing kind="triggers" name={type} />
      <TriggerFields {...p} />
      <TextField
        label={t('editor.runAs')}
        help={t('editor.runAsHelp')}
        {...inner(value, 'runAsUser', change)}
      />
      <NotActing kind="roles" name={textOf(value['runAsUser']) === '' ? '' : 'runAs'} />
      {artifacts.length > 0 && <TriggerArtifacts value={value} change={change} artifacts={artifacts} />}
      <SwitchField label={t('editor.enabled')} {...inner(value, 'enabled', change)} />
    </Stack>
  )
}
