import { Link } from '@tanstack/react-router'
import { createContext, use, type ReactNode } from 'react'
import { inspected } from './useStepping'

type Props = {
  account: string
  location: string
  name: string
  className?: string
  children: ReactNode
  title?: string
  label?: string
  /** It is a row of a list, which the arrow keys step through. */
  row?: boolean
}

/** The application whose pages links lead to, where the page that they are on is none of it. */
export const LinksOf = createContext<string | undefined>(undefined)

/** A link that shows an object in detail beside the page that it is on. */
export function ObjectLink({
  account,
  location,
  name,
  className = 'row-link',
  children,
  title,
  label,
  row = false,
}: Props) {
  const app = use(LinksOf)
  const shown = { in: account, at: location, show: name, tab: undefined, do: undefined }
  const look = {
    className,
    title,
    'aria-label': label,
    resetScroll: false,
    'data-inspect': row ? inspected(account, location, name) : undefined,
  }
  if (app !== undefined)
    return (
      <Link to="/applications/$app/infrastructure" params={{ app }} search={shown} {...look}>
        {children}
      </Link>
    )
  return (
    <Link
      from="/applications/$app/infrastructure"
      to="/applications/$app/infrastructure"
      search={(before) => ({ ...before, ...shown })}
      {...look}
    >
      {children}
    </Link>
  )
}
