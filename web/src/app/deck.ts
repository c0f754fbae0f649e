import { createRoute, redirect, type AnyRootRoute } from '@tanstack/react-router'
import { deckPages, fromDeck, fromHash, type Place } from './deckPaths'

/** The paths of Deck's pages without the "#": they lead to the pages that took their place. */
export function deckRoutes(root: AnyRootRoute) {
  return deckPages.map((path) =>
    createRoute({
      getParentRoute: () => root,
      path,
      beforeLoad: ({ location }) => {
        leave(fromDeck(location.pathname, location.searchStr))
      },
    }),
  )
}

/** Deck's own URLs have the path after a "#", below whatever page of this program: they lead to the same pages. */
export function leaveDeckHash({ location }: { location: { href: string } }) {
  // The address has it as it was written; the router's own hash is decoded in part.
  const at = location.href.indexOf('#')
  if (at >= 0) leave(fromHash(location.href.slice(at + 1)))
}

function leave(place: Place | undefined) {
  // The table has paths that the router checks only when it goes there.
  if (place) throw redirect({ ...place, replace: true } as Parameters<typeof redirect>[0])
}
