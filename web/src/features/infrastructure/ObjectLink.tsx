import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

type Props = { account: string; location: string; name: string; className?: string; children: ReactNode; title?: string; label?: string }

/** A link that shows an object in detail beside the page that it is on. */
export function ObjectLink({ account, location, name, className = 'row-link', children, title, label }: Props) {
  return (
    <Link
      from="/applications/$app/infrastructure" to="/applications/$app/infrastructure" className={className} title={title} aria-label={label}
      search={(before) => ({ ...before, in: account, at: location, show: name, tab: undefined, do: undefined })} resetScroll={false}
    >
      {children}
    </Link>
  )
}
