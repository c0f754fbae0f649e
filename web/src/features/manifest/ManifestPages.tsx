import { Button, Menu, Select, Text } from '@mantine/core'
import { IconFileCode, IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { accountsQuery, applicationQuery } from '@/api/queries'
import { usePageTitle } from '@/components/PageTitle'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { editPath, objectOf, type Place } from '@/features/infrastructure/object'
import { manifestQuery } from '@/features/infrastructure/objectQueries'
import { useInfrastructureStream } from '@/features/infrastructure/stream'
import { useInfraT } from '@/i18n/infra'
import { kindAndName } from '@/lib/format'
import type { Json } from '@/lib/json'
import { editable, textOfObject } from './edit'
import classes from './Manifest.module.css'
import { ManifestEditor } from './ManifestEditor'
import { templateNames, templateOf, type Template } from './templates'

const editFrom = '/applications/$app/infrastructure/edit'
const deployFrom = '/applications/$app/infrastructure/deploy'

/** An object's manifest, to be changed in place. */
export function EditManifest() {
  const t = useInfraT()
  const { app } = useParams({ from: editFrom })
  const { in: account, at, show } = useSearch({ from: editFrom })
  usePageTitle(show && t('manifest.edit', { name: show }), app)
  useInfrastructureStream(app)
  if (!account || !show)
    return (
      <div className="page">
        <div className="card">
          <Empty
            icon={<IconFileCode size={26} />}
            title={t('manifest.editMenu')}
            action={
              <Button
                component={Link}
                to={`/applications/${encodeURIComponent(app)}/infrastructure?kind=resources`}
                variant="light"
              >
                {t('manifest.choose')}
              </Button>
            }
          />
        </div>
      </div>
    )
  return (
    <Edit key={`${account} ${at ?? ''} ${show}`} place={{ app, account, location: at ?? '_', name: show }} />
  )
}

function Edit({ place }: { place: Place }) {
  const t = useInfraT()
  const navigate = useNavigate({ from: editFrom })
  const queries = useQueryClient()
  const { data, error, refetch } = useQuery(manifestQuery(place))
  const [text, setText] = useState<string>()
  if (error && !data)
    return (
      <div className="page">
        <Failure error={error} retry={() => void refetch()} />
      </div>
    )
  if (!data)
    return (
      <div className="page">
        <RowsLoading rows={5} />
      </div>
    )
  const live = data.manifest as Json
  const owner = objectOf(data).metadata?.ownerReferences?.find((r) => r.controller)
  const back = (tab?: string) =>
    void navigate({
      to: '/applications/$app/infrastructure',
      params: { app: place.app },
      search: { in: place.account, at: place.location, show: place.name, tab },
    })
  return (
    <>
      {owner && <Owned place={place} owner={`${lower(owner.kind)} ${owner.name ?? ''}`} />}
      <ManifestEditor
        app={place.app}
        account={place.account}
        title={t('manifest.edit', { name: kindAndName(place.name).name })}
        live={live}
        text={text ?? textOfObject(editable(live))}
        dirty={text !== undefined}
        write={setText}
        controls={
          <Text size="sm" c="dimmed">
            {kindAndName(place.name).kind} · {place.account} · {place.location}
          </Text>
        }
        renew={async () =>
          (await queries.fetchQuery({ ...manifestQuery(place), staleTime: 0 })).manifest as Json
        }
        leave={() => {
          back('manifest')
        }}
        show={() => {
          back()
        }}
      />
    </>
  )
}

const lower = (kind = '') => kind.charAt(0).toLowerCase() + kind.slice(1)

function Owned({ place, owner }: { place: Place; owner: string }) {
  const t = useInfraT()
  return (
    <div className={classes.notice}>
      <Text size="sm" style={{ flex: '1 1 260px' }}>
        {t('manifest.owned', { owner })}
      </Text>
      <Button size="compact-sm" variant="default" component={Link} to={editPath({ ...place, name: owner })}>
        {t('manifest.ownedLink', { owner })}
      </Button>
    </div>
  )
}

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
