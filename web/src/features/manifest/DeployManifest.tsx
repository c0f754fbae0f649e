import { Button, Menu, Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { accountsQuery, applicationQuery } from '@/api/queries'
import { usePageTitle } from '@/components/PageTitle'
import { useInfraT } from '@/i18n/infra'
import { ManifestEditor } from './ManifestEditor'
import { templateNames, templateOf, type Template } from './templates'

const deployFrom = '/applications/$app/infrastructure/deploy'

/** New objects, from templates or pasted. */
export function DeployManifest() {
  const t = useInfraT()
  const { app } = useParams({ from: deployFrom })
  const search = useSearch({ from: deployFrom })
  const navigate = useNavigate({ from: deployFrom })
  usePageTitle(t('manifest.deploy'), app)
  const accounts = useQuery(accountsQuery)
  const names = (accounts.data ?? []).filter((a) => a.type === 'kubernetes').map((a) => a.name)
  // Where the application runs already, or the only one there is.
  const usual = useQuery(applicationQuery(app))
    .data?.attributes.accounts?.split(',')
    .find((a) => names.includes(a))
  const account = search.account ?? usual ?? (names.length === 1 ? names[0] : undefined)
  const start = templateNames.find((n) => n === search.template)
  const namespace = search.namespace ?? 'default'
  const [text, setText] = useState(() => (start ? templateOf(start, app, namespace) : ''))
  const [touched, setTouched] = useState(false)
  const add = (name: Template) => {
    const more = templateOf(name, app, namespace)
    setText((before) =>
      before.trim() === '' || !touched ? more : `${before.replace(/\n*$/, '\n')}---\n${more}`,
    )
  }
  return (
    <ManifestEditor
      app={app}
      account={account}
      title={t('manifest.deploy')}
      text={text}
      dirty={text.trim() !== ''}
      write={(next) => {
        setTouched(true)
        setText(next)
      }}
      leave={() => void navigate({ to: '/applications/$app/infrastructure', params: { app }, search: {} })}
      show={(first) =>
        void navigate({
          to: '/applications/$app/infrastructure',
          params: { app },
          search: {
            kind: 'resources',
            ...(first && account ? { in: account, at: first.namespace ?? '_', show: first.fullName } : {}),
          },
        })
      }
      controls={
        <>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button size="xs" variant="default" leftSection={<IconPlus size={14} />}>
                {t('manifest.template')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
              {templateNames.map((name) => (
                <Menu.Item
                  key={name}
                  onClick={() => {
                    add(name)
                  }}
                >
                  {kindOf(name)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
          <Select
            size="xs"
            w={170}
            aria-label={t('manifest.account')}
            placeholder={t('manifest.account')}
            data={names}
            searchable
            value={account ?? null}
            allowDeselect={false}
            onChange={(v) =>
              void navigate({ search: (before) => ({ ...before, account: v ?? undefined }), replace: true })
            }
          />
        </>
      }
    />
  )
}

const kindOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
