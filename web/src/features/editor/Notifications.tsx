import { Group, Stack } from '@mantine/core'
import { NotActing } from '@/features/acting/NotActing'
import { useT } from '@/i18n'
import { textOf } from '@/lib/json'
import { ChoiceField, ListField, TextField, TextsField } from './fields'
import { inner } from '@/stages/kit'

const whens = {
  pipeline: ['pipeline.starting', 'pipeline.complete', 'pipeline.failed'],
  stage: ['stage.starting', 'stage.complete', 'stage.failed'],
  manualJudgment: ['manualJudgment', 'manualJudgmentContinue', 'manualJudgmentStop'],
}

/** Who is told of what, and how; texts of their own are kept. */
export function NotificationsForm({
  of,
  value,
  onChange,
}: {
  of: keyof typeof whens
  value: unknown
  onChange: (v: unknown) => void
}) {
  const t = useT()
  return (
    <Stack gap="xs">
      <ListField
        label=""
        value={value}
        onChange={onChange}
        add={t('editor.addNotification')}
        make={() => ({
          type: 'slack',
          level: of === 'pipeline' ? 'pipeline' : 'stage',
          address: '',
          when: whens[of].slice(-1),
        })}
        render={(item, change) => (
          <Stack gap="xs">
            <Group grow pr={20}>
              <ChoiceField
                label={t('editor.by')}
                clearable={false}
                choices={[
                  'slack',
                  'email',
                  'googlechat',
                  'microsoftteams',
                  'githubStatus',
                  'pubsub',
                  'sms',
                  'cdevents',
                ]}
                {...inner(item, 'type', change)}
              />
              <TextField label={t('editor.address')} {...inner(item, 'address', change)} />
            </Group>
            <NotActing kind="notifications" name={textOf(item['type'])} />
            <TextsField label={t('editor.when')} choices={whens[of]} {...inner(item, 'when', change)} />
          </Stack>
        )}
      />
    </Stack>
  )
}
