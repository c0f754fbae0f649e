import { createRoute, redirect, type AnyRootRoute } from '@tanstack/react-router'
import { deckPages, fromDeck } from './deckPaths'

/** The paths of Deck's pages, as bookmarks and links in chats have them: they lead to the pages that took their place. */
export function deckRoutes(root: AnyRootRoute) {
  return deckPages.map((path) =>
    createRoute({
      getParentRoute: () => root,
      path,
      beforeLoad: ({ location }) => {
        throw redirect({ to: fromDeck(location.pathname), replace: true })
      },
    }),
  )
}
