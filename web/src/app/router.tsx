import type { QueryClient } from '@tanstack/react-query'
import { createRoute, createRouter, redirect } from '@tanstack/react-router'
import { executionQuery } from '@/api/queries'
import { basePath } from '@/lib/base'
import { RowsLoading } from '@/components/States'
import { Home } from '@/features/home/Home'
import { applicationRoutes } from './applicationRoutes'
import { deckRoutes } from './deck'
import { page } from './page'
import { PageFailure } from './PageFailure'
import { root } from './root'
import {
  accountSearch,
  accountsSearch,
  eventsSearch,
  executionSearch,
  homeSearch,
  inboxSearch,
  instanceSearch,
  newSearch,
  projectSearch,
  projectsSearch,
  runsSearch,
  templateSearch,
  templatesSearch,
} from './search'

// Every page has its URL, and what is chosen on it stands in the URL too. Pages
// but the first are loaded when they are opened.

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: Home,
  validateSearch: homeSearch,
})
const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  validateSearch: inboxSearch,
  component: page(() => import('@/features/inbox/Inbox'), 'Inbox'),
})
const create = createRoute({
  getParentRoute: () => root,
  path: '/new',
  validateSearch: newSearch,
  component: page(() => import('@/features/create/NewApplication'), 'NewApplication'),
})
const applications = createRoute({
  getParentRoute: () => root,
  path: '/applications',
  beforeLoad: () => {
    throw redirect({ to: '/' })
  },
})
const task = createRoute({
  getParentRoute: () => root,
  path: '/tasks/$id',
  component: page(() => import('@/features/tasks/TaskPage'), 'TaskPage'),
})
const instance = createRoute({
  getParentRoute: () => root,
  path: '/instances/$account/$region/$name',
  validateSearch: instanceSearch,
  component: page(() => import('@/features/infrastructure/InstancePage'), 'InstancePage'),
})
const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  validateSearch: accountsSearch,
  component: page(() => import('@/features/accounts/Accounts'), 'Accounts'),
})
const account = createRoute({
  getParentRoute: () => root,
  path: '/accounts/$account',
  validateSearch: accountSearch,
  component: page(() => import('@/features/accounts/AccountPage'), 'AccountPage'),
})
const projects = createRoute({
  getParentRoute: () => root,
  path: '/projects',
  validateSearch: projectsSearch,
  component: page(() => import('@/features/projects/Projects'), 'Projects'),
})
const project = createRoute({
  getParentRoute: () => root,
  path: '/projects/$project',
  validateSearch: projectSearch,
  component: page(() => import('@/features/projects/ProjectPage'), 'ProjectPage'),
})
const templates = createRoute({
  getParentRoute: () => root,
  path: '/templates',
  validateSearch: templatesSearch,
  component: page(() => import('@/features/templates/Templates'), 'Templates'),
})
const template = createRoute({
  getParentRoute: () => root,
  path: '/templates/$id',
  validateSearch: templateSearch,
  component: page(() => import('@/features/templates/TemplatePage'), 'TemplatePage'),
})
const runs = createRoute({
  getParentRoute: () => root,
  path: '/runs',
  validateSearch: runsSearch,
  component: page(() => import('@/features/runs/Runs'), 'Runs'),
})
const events = createRoute({
  getParentRoute: () => root,
  path: '/events',
  validateSearch: eventsSearch,
  component: page(() => import('@/features/events/Events'), 'Events'),
})
const event = createRoute({
  getParentRoute: () => root,
  path: '/events/$id',
  component: page(() => import('@/features/events/EventPage'), 'EventPage'),
})
const delivery = createRoute({
  getParentRoute: () => root,
  path: '/delivery',
  component: page(() => import('@/features/delivery/Delivery'), 'Delivery'),
})
const about = createRoute({
  getParentRoute: () => root,
  path: '/about',
  component: page(() => import('@/features/about/About'), 'About'),
})
const design = createRoute({
  getParentRoute: () => root,
  path: '/about/design',
  component: page(() => import('@/features/design/Design'), 'Design'),
})

// A link that knows the execution alone.
const lookup = (queries: QueryClient) =>
  createRoute({
    getParentRoute: () => root,
    path: '/executions/$id',
    validateSearch: executionSearch,
    loaderDeps: ({ search }) => search,
    loader: async ({ params, deps }) => {
      const execution = await queries.fetchQuery(executionQuery(params.id))
      throw redirect({
        to: '/applications/$app/executions/$id',
        params: { app: execution.application, id: params.id },
        search: deps,
        replace: true,
      })
    },
  })

function routes(queries: QueryClient) {
  return root.addChildren([
    ...deckRoutes(root),
    lookup(queries),
    home,
    inbox,
    create,
    applications,
    task,
    instance,
    accounts,
    account,
    projects,
    project,
    templates,
    template,
    runs,
    events,
    event,
    delivery,
    about,
    design,
    applicationRoutes,
  ])
}

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: routes(queries),
    basepath: basePath,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: () => (
      <div className="page">
        <RowsLoading />
      </div>
    ),
    defaultPendingMs: 150,
    // What is there is shown at once; the router would hold it back for half a second.
    defaultPendingMinMs: 0,
    defaultErrorComponent: PageFailure,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
