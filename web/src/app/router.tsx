import type { QueryClient } from '@tanstack/react-query'
import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router'
import { executionQuery } from '@/api/queries'
import { basePath } from '@/lib/base'
import { RowsLoading } from '@/components/States'
import { Home } from '@/features/home/Home'
import { NotFound, PageFailure } from './Failures'
import { deckRoutes, leaveDeckHash } from './deck'
import { page } from './page'
import { Shell } from './Shell'
import {
  accountSearch,
  accountsSearch,
  compareSearch,
  deploySearch,
  editorSearch,
  editSearch,
  executionSearch,
  executionsSearch,
  homeSearch,
  inboxSearch,
  infrastructureSearch,
  instanceSearch,
  newSearch,
  pipelineSearch,
  pipelinesSearch,
  projectSearch,
  projectsSearch,
  runsSearch,
  tasksSearch,
  templateSearch,
  templatesSearch,
} from './search'

// Every page has its URL, and what is chosen on it stands in the URL too. Pages
// but the first are loaded when they are opened.

function routes(queries: QueryClient) {
  const root = createRootRoute({
    component: Shell,
    notFoundComponent: NotFound,
    beforeLoad: leaveDeckHash,
  })
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
  const application = createRoute({
    getParentRoute: () => root,
    path: '/applications/$app',
    component: page(() => import('@/features/application/Layout'), 'ApplicationLayout'),
  })
  const overview = createRoute({
    getParentRoute: () => application,
    path: '/',
    component: page(() => import('@/features/application/Overview'), 'Overview'),
  })
  const executions = createRoute({
    getParentRoute: () => application,
    path: '/executions',
    validateSearch: executionsSearch,
    component: page(() => import('@/features/executions/Executions'), 'Executions'),
  })
  const execution = createRoute({
    getParentRoute: () => application,
    path: '/executions/$id',
    validateSearch: executionSearch,
    component: page(() => import('@/features/execution/ExecutionPage'), 'ExecutionPage'),
  })
  const compare = createRoute({
    getParentRoute: () => application,
    path: '/executions/$id/compare',
    validateSearch: compareSearch,
    component: page(() => import('@/features/compare/ComparePage'), 'ComparePage'),
  })
  const pipelines = createRoute({
    getParentRoute: () => application,
    path: '/pipelines',
    validateSearch: pipelinesSearch,
    component: page(() => import('@/features/pipelines/Pipelines'), 'Pipelines'),
  })
  const pipeline = createRoute({
    getParentRoute: () => application,
    path: '/pipelines/$id',
    validateSearch: pipelineSearch,
    component: page(() => import('@/features/pipelines/PipelinePage'), 'PipelinePage'),
  })
  const editor = createRoute({
    getParentRoute: () => application,
    path: '/pipelines/$id/edit',
    validateSearch: editorSearch,
    component: page(() => import('@/features/editor/EditorPage'), 'EditorPage'),
  })
  const infrastructure = createRoute({
    getParentRoute: () => application,
    path: '/infrastructure',
    validateSearch: infrastructureSearch,
    component: page(() => import('@/features/infrastructure/Infrastructure'), 'Infrastructure'),
  })
  const editObject = createRoute({
    getParentRoute: () => application,
    path: '/infrastructure/edit',
    validateSearch: editSearch,
    component: page(() => import('@/features/manifest/ManifestPages'), 'EditManifest'),
  })
  const deployObject = createRoute({
    getParentRoute: () => application,
    path: '/infrastructure/deploy',
    validateSearch: deploySearch,
    component: page(() => import('@/features/manifest/ManifestPages'), 'DeployManifest'),
  })
  const tasks = createRoute({
    getParentRoute: () => application,
    path: '/tasks',
    validateSearch: tasksSearch,
    component: page(() => import('@/features/tasks/Tasks'), 'Tasks'),
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
  const settings = createRoute({
    getParentRoute: () => application,
    path: '/settings',
    component: page(() => import('@/features/application/Settings'), 'ApplicationSettings'),
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
  const lookup = createRoute({
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
  return root.addChildren([
    ...deckRoutes(root),
    home,
    inbox,
    create,
    applications,
    runs,
    lookup,
    task,
    instance,
    accounts,
    account,
    projects,
    project,
    templates,
    template,
    about,
    design,
    application.addChildren([
      overview,
      executions,
      execution,
      compare,
      pipelines,
      pipeline,
      editor,
      infrastructure,
      editObject,
      deployObject,
      tasks,
      settings,
    ]),
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
    defaultErrorComponent: PageFailure,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
