import { Alert, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { artifactAccountsQuery } from '@/api/queries'
import { Fields } from '@/components/Fields'
import { useForm } from './form'
import { PushSwitch } from './PushSwitch'
import { Segments } from './Segments'
import { accountsFor } from './queries'
import { repositoryOf } from './source'
import classes from './NewApplication.module.css'

/** Manifests that are kept elsewhere: in a Git repository, or in a file. */
export function RepositoryForm() {
  const {
    d: { repository: r },
    t,
    field,
    part,
  } = useForm()
  const set = part('repository')
  const accounts = useQuery(artifactAccountsQuery)
  const git = accountsFor(accounts.data ?? [], 'git')
  const files = accountsFor(accounts.data ?? [], 'file')
  // A page that was pasted is a repository, a branch and a path.
  const write = (text: string) => {
    const { url, branch, path } = repositoryOf(text)
    set({ url, ...(branch === undefined ? {} : { branch, path: path ?? '' }) })
  }
  return (
    <Fields gap="md">
      <Segments
        label={t('from')}
        value={r.from}
        choices={[
          { value: 'git', label: t('fromGit') },
          { value: 'file', label: t('fromFile') },
        ]}
        onChange={(from) => {
          set({ from })
        }}
      />
      {r.from === 'git' ? (
        <>
          {accounts.data && git.length === 0 && (
            <Alert color="yellow" p="xs">
              {t('noGit')}
            </Alert>
          )}
          <TextInput
            label={t('url')}
            description={t('urlHelp')}
            placeholder="https://github.com/team/shop.git"
            autoComplete="off"
            spellCheck={false}
            value={r.url}
            {...field('url')}
            onChange={(e) => {
              write(e.currentTarget.value)
            }}
          />
          <div className={classes.two}>
            <TextInput
              label={t('branch')}
              autoComplete="off"
              value={r.branch}
              {...field('branch')}
              onChange={(e) => {
                set({ branch: e.currentTarget.value })
              }}
            />
            <Account
              value={r.account}
              accounts={git}
              set={(account) => {
                set({ account })
              }}
            />
          </div>
          <TextInput
            label={t('path')}
            description={t('pathHelp')}
            placeholder="deploy"
            autoComplete="off"
            value={r.path}
            {...field('path')}
            onChange={(e) => {
              set({ path: e.currentTarget.value })
            }}
          />
          <PushSwitch />
        </>
      ) : (
        <>
          <TextInput
            label={t('file')}
            description={t('fileHelp')}
            placeholder="https://example.com/deploy.yaml"
            autoComplete="off"
            spellCheck={false}
            value={r.file}
            {...field('file')}
            onChange={(e) => {
              set({ file: e.currentTarget.value })
            }}
          />
          <Account
            value={r.fileAccount}
            accounts={files}
            set={(fileAccount) => {
              set({ fileAccount })
            }}
          />
        </>
      )}
    </Fields>
  )
}

/** With which account it is read; the first where none is chosen. */
function Account({
  value,
  accounts,
  set,
}: {
  value: string
  accounts: readonly { name: string }[]
  set: (name: string) => void
}) {
  const { t } = useForm()
  if (accounts.length < 2) return null
  return (
    <Select
      label={t('artifactAccount')}
      allowDeselect={false}
      data={[...new Set(accounts.map((a) => a.name))]}
      value={value || (accounts[0]?.name ?? null)}
      onChange={(v) => {
        set(v ?? '')
      }}
    />
  )
}
