import { Button, Text } from '@mantine/core'
import { IconFileCode } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch, Link } from '@tanstack/react-router'
import { useState } from 'react'
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

const editFrom = '/applications/$app/infrastructure/edit'

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
