import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from '@tanstack/react-router'
import { applicationQuery } from '@/api/queries'
import { Failure } from '@/components/States'
import { bannerOf, toneOfBanner } from './settings/attributes'
import settings from './Settings.module.css'
import { Sections } from './Sections'

/** What is around an application's pages. */
export function ApplicationLayout() {
  const { app } = useParams({ from: '/applications/$app' })
  const { data, error, refetch } = useQuery(applicationQuery(app))
  const banner = bannerOf(data?.attributes)
  return (
    <>
      <Sections app={app} attributes={data?.attributes} />
      {banner.enabled && banner.text && (
        <div
          className={settings.banner}
          role="note"
          style={{
            background: `var(--${toneOfBanner(banner.colour)}-soft)`,
            color: `var(--${toneOfBanner(banner.colour)})`,
          }}
        >
          {banner.text}
        </div>
      )}
      {error ? (
        <div className="page">
          <Failure error={error} retry={() => void refetch()} />
        </div>
      ) : (
        <Outlet />
      )}
    </>
  )
}
