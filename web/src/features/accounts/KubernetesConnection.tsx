import { Code, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { type UseFormReturnType } from '@mantine/form'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import { type Method, type Values } from './definition'
import { factsOf, troubleOf } from './kubeconfig'

type Inputs = Pick<UseFormReturnType<Values>, 'getInputProps' | 'values' | 'setFieldValue'>

/** The part of a cluster's form that says how to reach it. */
export function KubernetesConnection({
  method,
  kept,
  form,
}: {
  method: Method
  kept: boolean
  form: Inputs
}) {
  const t = useT()
  const ti = useInfraT()
  const mono = { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 'var(--text-xs)' } }
  if (method === 'kubeconfig') {
    const facts = factsOf(form.values.kubeconfig)
    const trouble = troubleOf(facts)
    return (
      <>
        <Textarea
          label={t('accounts.kubeconfig')}
          description={
            trouble ? (
              <span role="alert" style={{ color: 'var(--wait)' }}>
                {ti(`account.kubeconfig.${trouble.key}`, { user: trouble.user })}
              </span>
            ) : (
              <>
                {t('accounts.kubeconfigHelp')} <Code>kubectl config view --flatten --minify</Code>
              </>
            )
          }
          placeholder={kept ? t('accounts.kept') : 'apiVersion: v1\nkind: Config\nclusters: …'}
          autosize
          minRows={5}
          maxRows={12}
          spellCheck={false}
          autoComplete="off"
          styles={mono}
          {...form.getInputProps('kubeconfig')}
        />
        {facts.contexts.length > 0 ? (
          <Select
            label={t('accounts.context')}
            description={ti('account.contextNow', { name: facts.current || '?' })}
            clearable
            data={facts.contexts}
            value={form.values.context || null}
            onChange={(v) => {
              form.setFieldValue('context', v ?? '')
            }}
          />
        ) : (
          <TextInput
            label={t('accounts.context')}
            description={t('accounts.contextHelp')}
            autoComplete="off"
            {...form.getInputProps('context')}
          />
        )}
      </>
    )
  }
  if (method === 'token') {
    return (
      <>
        <TextInput
          label={t('accounts.server')}
          placeholder="https://203.0.113.7:6443"
          autoComplete="off"
          {...form.getInputProps('server')}
        />
        <Textarea
          label={t('accounts.token')}
          description={
            <>
              {t('accounts.tokenHelp')} <Code>kubectl create token deployer --duration 8760h</Code>
            </>
          }
          placeholder={kept ? t('accounts.kept') : undefined}
          autosize
          minRows={2}
          maxRows={5}
          spellCheck={false}
          autoComplete="off"
          styles={mono}
          {...form.getInputProps('token')}
        />
        <Textarea
          label={t('accounts.authority')}
          description={t('accounts.authorityHelp')}
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={2}
          maxRows={6}
          spellCheck={false}
          styles={mono}
          {...form.getInputProps('authority')}
        />
        <TextInput
          label={ti('account.tlsServerName')}
          description={ti('account.tlsServerNameHelp')}
          autoComplete="off"
          {...form.getInputProps('tlsServerName')}
        />
        <Switch
          label={ti('account.insecure')}
          description={ti('account.insecureHelp')}
          {...form.getInputProps('insecure', { type: 'checkbox' })}
        />
      </>
    )
  }
  return null
}
