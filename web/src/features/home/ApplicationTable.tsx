import { IconStar, IconStarFilled } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { Schemas } from '@/api/client'
import { healthQuery } from '@/api/queries'
import { HealthBar } from '@/components/HealthBar'
import { HealthWord } from '@/components/HealthWord'
import { IconButton } from '@/components/IconButton'
import { Ago } from '@/components/Time'
import { useT } from '@/i18n'
import { toggleFavourite, useFavourites } from '@/lib/favourites'
import classes from './ApplicationTable.module.css'

type Application = Schemas['ApplicationAttributes']

const rowHeight = 53

/** Applications as rows; only those that are seen exist, and only their health is asked for. */
export function ApplicationTable({ applications }: { applications: readonly Application[] }) {
  const t = useT()
  const favourites = useFavourites()
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    setTop(list.current?.offsetTop ?? 0)
  }, [applications.length])
  const rows = useWindowVirtualizer({
    count: applications.length,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: top,
  })
  const items = rows.getVirtualItems()
  const health = useHealth(items.flatMap((i) => applications[i.index]?.name ?? []))

  return (
    <div
      className={`card ${classes.table}`}
      role="table"
      aria-label={t('nav.applications')}
      aria-rowcount={applications.length + 1}
    >
      <div role="row" className={classes.head}>
        <span role="columnheader" aria-label={t('home.favourite')} />
        <span role="columnheader">{t('home.name')}</span>
        <span role="columnheader">{t('home.health')}</span>
        <span role="columnheader" className={classes.wide}>
          {t('home.accounts')}
        </span>
        <span role="columnheader" className={classes.wide}>
          {t('home.owner')}
        </span>
        <span role="columnheader" className={classes.wide}>
          {t('home.updated')}
        </span>
      </div>
      <div ref={list} role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const app = applications[item.index]
          if (!app) return null
          const liked = favourites.includes(app.name)
          const own = health?.get(app.name.toLowerCase())
          return (
            <div
              key={app.name}
              role="row"
              aria-rowindex={item.index + 2}
              className={`${classes.row} hover-row`}
              style={{ transform: `translateY(${item.start - top}px)`, height: rowHeight }}
            >
              <span role="cell">
                <IconButton
                  size="sm"
                  label={t(liked ? 'home.unlike' : 'home.like', { name: app.name })}
                  aria-pressed={liked}
                  color={liked ? 'yellow' : 'gray'}
                  onClick={() => {
                    toggleFavourite(app.name)
                  }}
                >
                  {liked ? <IconStarFilled size={15} /> : <IconStar size={15} />}
                </IconButton>
              </span>
              <span role="cell" className="cut">
                <Link to="/applications/$app" params={{ app: app.name }} className={classes.name}>
                  {app.name}
                </Link>
              </span>
              <span role="cell" className={classes.health}>
                {own && <HealthBar counts={own.instances} />}
                {own && own.workloads.total > 0 && own.healthStatus.state !== 'healthy' && (
                  <span className="cut">
                    <HealthWord health={own.healthStatus} />
                  </span>
                )}
              </span>
              <span role="cell" className={`cut muted ${classes.wide}`}>
                {app.accounts?.split(',').join(', ')}
              </span>
              <span role="cell" className={`cut muted ${classes.wide}`}>
                {app.email}
              </span>
              <span role="cell" className={`muted ${classes.wide}`}>
                <Ago time={Number(app.updateTs) || undefined} />
              </span>
            </div>
          )
        })}
      </div>
    </div>
  )
}

// Names are asked for in blocks that don't change with every step of a scroll.
function useHealth(names: readonly string[]) {
  const { data } = useQuery({ ...healthQuery([...names].sort()), placeholderData: (before) => before })
  if (!data) return undefined
  return new Map(data.map((health) => [health.application.toLowerCase(), health]))
}
