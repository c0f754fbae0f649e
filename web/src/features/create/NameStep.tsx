import { Textarea, TextInput } from '@mantine/core'
import { Fields } from '@/components/Fields'
import { useForm } from './form'
import { Part } from './Part'

/** Step one: what the application is called, and whom it belongs to. */
export function NameStep() {
  const { d, set, t, field } = useForm()
  return (
    <Part title={t('nameTitle')}>
      <Fields gap="sm">
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
      </Fields>
    </Part>
  )
}
