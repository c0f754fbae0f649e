import { Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from './form'
import { Part } from './parts'

/** Step one: what the application is called, and whom it belongs to. */
export function NameStep() {
  const { d, set, t, field } = useForm()
  return (
    <Part title={t('nameTitle')}>
      <Stack gap="sm">
        <TextInput
          label={t('name')}
          description={t('nameHelp')}
          placeholder="shop"
          autoComplete="off"
          maxLength={200}
          value={d.name}
          {...field('name')}
          onChange={(e) => {
            set({ name: e.currentTarget.value })
          }}
        />
        <TextInput
          label={t('email')}
          description={t('emailHelp')}
          placeholder="team@example.com"
          type="email"
          value={d.email}
          {...field('email')}
          onChange={(e) => {
            set({ email: e.currentTarget.value })
          }}
        />
        <Textarea
          label={t('description')}
          autosize
          minRows={2}
          maxRows={6}
          value={d.description}
          onChange={(e) => {
            set({ description: e.currentTarget.value })
          }}
        />
      </Stack>
    </Part>
  )
}
