import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { applicationQuery } from '@/api/queries'
import { usePageTitle } from '@/components/PageTitle'
import { Failure, RowsLoading } from '@/components/States'
import { Unsaved } from '@/components/Unsaved'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'
import type { Json } from '@/lib/json'
import { AllAttributes } from './settings/AllAttributes'
import { NotificationsPart } from './settings/Notifications'
import { Remove } from './settings/Remove'
import { Links } from './settings/Links'
import { BannerPart } from './settings/BannerPart'
import { Features } from './settings/Features'
import { Permissions } from './settings/Permissions'
import { Behaviour } from './settings/Behaviour'
import { About } from './settings/About'
import classes from './Settings.module.css'

/** What an application is, whom it belongs to, and how its pages look; and its end. */
export function ApplicationSettings() {
  const t = useT()
  const ti = useInfraT()
  const { app } = useParams({ from: '/applications/$app/settings' })
  usePageTitle(t('app.settings'), app)
  const { data, error, refetch } = useQuery(applicationQuery(app))
  const [unsaved, setUnsaved] = useState<ReadonlySet<string>>(new Set())
  const changed = useCallback((id: string, dirty: boolean) => {
    setUnsaved((before) => {
      if (before.has(id) === dirty) return before
      const next = new Set(before)
      if (dirty) next.add(id)
      else next.delete(id)
      return next
    })
  }, [])
  if (error && !data)
    return (
      <div className="page">
        <Failure error={error} retry={() => void refetch()} />
      </div>
    )
  if (!data)
    return (
      <div className="page">
        <RowsLoading rows={4} />
      </div>
    )
  const attributes: Json = data.attributes
  const part = { app, attributes, changed }
  const places = [
    ['about', t('settings.about')],
    ['behaviour', ti('config.behaviour')],
    ['permissions', ti('config.permissions')],
    ['notifications', ti('config.notifications')],
    ['links', ti('config.links')],
    ['features', ti('config.features')],
    ['banner', ti('config.banner')],
    ['attributes', t('settings.all')],
    ['delete', t('settings.delete')],
  ] as const
  return (
    <div className={`page ${classes.page}`}>
      <nav className={classes.nav} aria-label={t('app.settings')}>
        {places.map(([id, name]) => (
          <Link
            key={id}
            to="/applications/$app/settings"
            params={{ app }}
            hash={id}
            replace
            className={classes.to}
          >
            {name}
            {unsaved.has(id) && <span className={classes.dot} role="img" aria-label={t('editor.unsaved')} />}
          </Link>
        ))}
      </nav>
      <div className={classes.column}>
        <About {...part} />
        <Behaviour {...part} />
        <Permissions {...part} />
        <NotificationsPart app={app} changed={changed} />
        <Links {...part} />
        <Features {...part} />
        <BannerPart {...part} />
        <AllAttributes {...part} />
        <Remove app={app} />
      </div>
      <Unsaved dirty={unsaved.size > 0} lost={ti('manifest.lost')} />
    </div>
  )
}
