import { NumberInput, Switch, TagsInput, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { Fields } from '@/components/Fields'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import classes from './AccountLimits.module.css'
import { type Values } from './definition'
import { CustomKinds } from './CustomKinds'

type Props = { form: Pick<UseFormReturnType<Values>, 'getInputProps' | 'values' | 'setFieldValue'> }

/** What of a cluster is used, by whom, and how hard. */
export function AccountLimits({ form }: Props) {
  const t = useT()
  const ti = useInfraT()
  return (
    <Fields gap="sm">
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
      <CustomKinds
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
    </Fields>
  )
}
