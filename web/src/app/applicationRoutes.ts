import { createRoute } from '@tanstack/react-router'
import { page } from './page'
import { root } from './root'
import {
  compareSearch,
  deploySearch,
  editSearch,
  editorSearch,
  eventsSearch,
  executionSearch,
  executionsSearch,
  infrastructureSearch,
  pipelineSearch,
  pipelinesSearch,
  tasksSearch,
} from './search'

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
const events = createRoute({
  getParentRoute: () => application,
  path: '/events',
  validateSearch: eventsSearch,
  component: page(() => import('@/features/events/ApplicationEvents'), 'ApplicationEvents'),
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
  component: page(() => import('@/features/manifest/EditManifest'), 'EditManifest'),
})
const deployObject = createRoute({
  getParentRoute: () => application,
  path: '/infrastructure/deploy',
  validateSearch: deploySearch,
  component: page(() => import('@/features/manifest/DeployManifest'), 'DeployManifest'),
})
const tasks = createRoute({
  getParentRoute: () => application,
  path: '/tasks',
  validateSearch: tasksSearch,
  component: page(() => import('@/features/tasks/Tasks'), 'Tasks'),
})
const settings = createRoute({
  getParentRoute: () => application,
  path: '/settings',
  component: page(() => import('@/features/application/Settings'), 'ApplicationSettings'),
})

/** The pages of an application, each below its name. */
export const applicationRoutes = application.addChildren([
  overview,
  executions,
  execution,
  compare,
  events,
  pipelines,
  pipeline,
  editor,
  infrastructure,
  editObject,
  deployObject,
  tasks,
  settings,
])
