import { createRootRoute } from '@tanstack/react-router'
import { leaveDeckHash } from './deck'
import { NotFound } from './NotFound'
import { Shell } from './Shell'

/** What is around every page, and what an address without a page shows. */
export const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  beforeLoad: leaveDeckHash,
})
