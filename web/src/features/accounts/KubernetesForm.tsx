import { Accordion, SegmentedControl, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { Fields } from '@/components/Fields'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { AccountLimits } from './AccountLimits'
import { definitionOf, emptyValues, methods, valuesOf, type Values } from './definition'
import { useSaving, type FormProps } from './form'
import { FormFoot } from './FormFoot'
import { problemsOf } from './schemaFields'
import { KubernetesConnection } from './KubernetesConnection'

/** Adds a cluster, or changes one. */
export function KubernetesForm({ close, before }: FormProps) {
  const t = useT()
  const ti = useInfraT()
  const { save, test, reset } = useSaving({ close, before })
  const was = before && valuesOf(before)
  const form = useForm({
    initialValues: was ?? emptyValues,
    validate: {
      name: (v) => (v.trim() === '' ? t('accounts.nameMissing') : null),
      kubeconfig: (v, all) =>
        all.method === 'kubeconfig' && was?.method !== 'kubeconfig' && v.trim() === ''
          ? t('accounts.kubeconfigMissing')
          : null,
      server: (v, all) =>
        all.method === 'token' && !/^https?:\/\/\S+$/.test(v.trim()) ? t('accounts.serverInvalid') : null,
      omitNamespaces: (v, all) =>
        v.length > 0 && all.namespaces.length > 0 ? ti('account.oneOfNamespaces') : null,
      omitKinds: (v, all) => (v.length > 0 && all.kinds.length > 0 ? ti('account.oneOfKinds') : null),
      token: (v, all) =>
        all.method === 'token' && was?.method !== 'token' && v.trim() === ''
          ? t('accounts.tokenMissing')
          : null,
    },
  })
  const { method } = form.values
  const [opened, setOpened] = useState<string | null>(null)
  // What the server says of a field is shown at it, and the field is there to be seen.
  const refused = (error: unknown) => {
    const { fields } = problemsOf(error, Object.keys(inputs))
    for (const [field, problem] of Object.entries(fields)) form.setFieldError(inputs[field] ?? field, problem)
    if (Object.keys(fields).some((field) => limits.has(field))) setOpened('more')
  }
  // Secrets that are kept are known to the server alone, and so is who asks for them.
  const testable =
    method !== 'agent' &&
    (!before || (method === 'kubeconfig' ? form.values.kubeconfig : form.values.token).trim() !== '')
  return (
    <form
      onSubmit={form.onSubmit((values) => {
        save.mutate(definitionOf(values, before), { onError: refused })
      })}
      onChange={reset}
    >
      <Fields gap="sm">
        {!before && (
          <TextInput
            label={t('accounts.name')}
            description={t('accounts.nameHelp')}
            placeholder="prod"
            data-autofocus
            autoComplete="off"
            {...form.getInputProps('name')}
          />
        )}
        <div>
          <Text size="sm" fw={500} mb={4} id="account-method">
            {t('accounts.method')}
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby="account-method"
            value={method}
            onChange={(v) => {
              form.setFieldValue('method', methods.find((m) => m === v) ?? 'kubeconfig')
              form.clearErrors()
              test.reset()
            }}
            data={methods.map((m) => ({ value: m, label: t(`accounts.methods.${m}`) }))}
          />
          <Text size="sm" c="dimmed" mt={6}>
            {t(`accounts.methodHelp.${method}`)}
          </Text>
        </div>
        <KubernetesConnection method={method} kept={was?.method === method} form={form} />
        <Accordion
          value={opened}
          onChange={setOpened}
          variant="default"
          chevronPosition="left"
          styles={{
            item: { border: 0 },
            control: { padding: 0 },
            content: { padding: '4px 0 0' },
            label: { padding: '6px 0' },
          }}
        >
          <Accordion.Item value="more">
            <Accordion.Control>{t('accounts.more')}</Accordion.Control>
            <Accordion.Panel>
              <AccountLimits form={form} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        <FormFoot
          save={save}
          test={test}
          known={Object.keys(inputs)}
          before={before}
          close={close}
          onTest={
            testable
              ? () => {
                  if (!form.validate().hasErrors)
                    test.mutate(definitionOf(form.values, before), { onError: refused })
                }
              : undefined
          }
        />
      </Fields>
    </form>
  )
}

// The inputs by the fields that the API has for them.
const inputs: Readonly<Record<string, keyof Values>> = {
  name: 'name',
  kubeconfigContents: 'kubeconfig',
  context: 'context',
  server: 'server',
  token: 'token',
  certificateAuthorityData: 'authority',
  tlsServerName: 'tlsServerName',
  insecureSkipTLSVerify: 'insecure',
  environment: 'environment',
  accountType: 'accountType',
  namespaces: 'namespaces',
  omitNamespaces: 'omitNamespaces',
  kinds: 'kinds',
  omitKinds: 'omitKinds',
  onlySpinnakerManaged: 'onlyManaged',
  qps: 'qps',
  burst: 'burst',
  kubectlRequestTimeoutSeconds: 'timeout',
}

const limits = new Set([
  'environment',
  'accountType',
  'namespaces',
  'omitNamespaces',
  'kinds',
  'omitKinds',
  'onlySpinnakerManaged',
  'qps',
  'burst',
  'kubectlRequestTimeoutSeconds',
])
