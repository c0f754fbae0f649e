import { Outlet } from '@tanstack/react-router'
import { useT } from '@/i18n'
import { Palette } from '@/features/search/Palette'
import { ConnectionBanner } from './ConnectionBanner'
import { Sidebar } from './frame/Sidebar'
import { Topbar } from './frame/Topbar'
import classes from './Shell.module.css'

/** What is around every page. */
export function Shell() {
  const t = useT()
  return (
    <>
      <a
        href="#main"
        className="skip-link"
        onClick={(e) => {
          e.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        {t('nav.skip')}
      </a>
      <div className={classes.frame}>
        <Sidebar />
        <div className={classes.column}>
          <Topbar />
          <ConnectionBanner />
          <main id="main" tabIndex={-1} className={classes.main}>
            <Outlet />
          </main>
        </div>
      </div>
      <Palette />
    </>
  )
}
