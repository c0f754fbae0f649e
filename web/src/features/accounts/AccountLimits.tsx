import {
  ActionIcon,
  Button,
  Group,
  NumberInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import classes from './AccountLimits.module.css'
import { spinnakerKinds, type CustomResource, type Values } from './definition'

type Props = { form: Pick<UseFormReturnType<Values>, 'getInputProps' | 'values' | 'setFieldValue'> }

/** What of a cluster is used, by whom, and how hard. */
export function AccountLimits({ form }: Props) {
  const t = useT()
  const ti = useInfraT()
  return (
    <Stack gap="sm">
      <TagsInput
        label={t('accounts.namespaces')}
        description={t('accounts.namespacesHelp')}
        {...form.getInputProps('namespaces')}
      />
      <TagsInput
        label={ti('account.omitNamespaces')}
        description={ti('account.omitNamespacesHelp')}
        {...form.getInputProps('omitNamespaces')}
      />
      <TagsInput
        label={ti('account.kinds')}
        description={ti('account.kindsHelp')}
        {...form.getInputProps('kinds')}
      />
      <TagsInput
        label={t('accounts.omitKinds')}
        description={t('accounts.omitKindsHelp')}
        {...form.getInputProps('omitKinds')}
      />
      <Switch
        label={ti('account.onlyManaged')}
        description={ti('account.onlyManagedHelp')}
        {...form.getInputProps('onlyManaged', { type: 'checkbox' })}
      />
      <Own
        list={form.values.customResources}
        change={(list) => {
          form.setFieldValue('customResources', list)
        }}
      />
      <div className={classes.two}>
        <TextInput
          label={t('accounts.environment')}
          description={t('accounts.environmentHelp')}
          {...form.getInputProps('environment')}
        />
        <TextInput
          label={ti('account.type')}
          description={ti('account.typeHelp')}
          {...form.getInputProps('accountType')}
        />
      </div>
      <TagsInput
        label={t('accounts.read')}
        description={t('accounts.readHelp')}
        {...form.getInputProps('read')}
      />
      <TagsInput
        label={ti('account.execute')}
        description={ti('account.executeHelp')}
        {...form.getInputProps('execute')}
      />
      <TagsInput
        label={t('accounts.write')}
        description={t('accounts.writeHelp')}
        {...form.getInputProps('write')}
      />
      <div className={classes.three}>
        <NumberInput label={ti('account.qps')} placeholder="100" min={0} {...form.getInputProps('qps')} />
        <NumberInput
          label={ti('account.burst')}
          placeholder="300"
          min={0}
          allowDecimal={false}
          {...form.getInputProps('burst')}
        />
        <NumberInput
          label={ti('account.timeout')}
          placeholder="30"
          min={0}
          allowDecimal={false}
          {...form.getInputProps('timeout')}
        />
      </div>
    </Stack>
  )
}

/** Kinds of one's own, and how they are treated. */
function Own({
  list,
  change,
}: {
  list: readonly CustomResource[]
  change: (list: CustomResource[]) => void
}) {
  const ti = useInfraT()
  const replace = (at: number, next: CustomResource | undefined) => {
    change(list.flatMap((r, i) => (i === at ? (next ? [next] : []) : [r])))
  }
  return (
    <div>
      <Text size="sm" fw={500}>
        {ti('account.own')}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        {ti('account.ownHelp')}
      </Text>
      <Stack gap={8}>
        {list.map((r, at) => (
          <div key={at} className={classes.own}>
            <TextInput
              aria-label={ti('account.ownKind')}
              placeholder="Certificate.cert-manager.io"
              value={r.kubernetesKind}
              onChange={(e) => {
                replace(at, { ...r, kubernetesKind: e.currentTarget.value })
              }}
            />
            <Select
              aria-label={ti('account.ownPlace')}
              data={[...spinnakerKinds]}
              value={r.spinnakerKind ?? 'unclassified'}
              allowDeselect={false}
              onChange={(v) => {
                replace(at, { ...r, spinnakerKind: v ?? 'unclassified' })
              }}
            />
            <TextInput
              aria-label={ti('account.ownPriority')}
              placeholder={ti('account.ownPriority')}
              value={r.deployPriority ?? ''}
              onChange={(e) => {
                replace(at, { ...r, deployPriority: e.currentTarget.value })
              }}
            />
            <Switch
              label={ti('account.ownVersioned')}
              checked={r.versioned === true}
              onChange={(e) => {
                replace(at, { ...r, versioned: e.currentTarget.checked })
              }}
            />
            <ActionIcon
              size="lg"
              aria-label={ti('account.ownRemove')}
              onClick={() => {
                replace(at, undefined)
              }}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </div>
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconPlus size={14} />}
            onClick={() => {
              change([...list, { kubernetesKind: '' }])
            }}
          >
            {ti('account.ownAdd')}
          </Button>
        </Group>
      </Stack>
    </div>
  )
}
