/** The parts of an application. An application can switch off what a part shows; if all of it is off, the part isn't offered. */
export const sections = [
  { to: '/applications/$app', label: 'app.overview', paths: [''], shows: [] },
  {
    to: '/applications/$app/pipelines',
    label: 'app.pipelines',
    paths: ['pipelines'],
    shows: ['executions'],
  },
  {
    to: '/applications/$app/executions',
    label: 'app.runs',
    paths: ['executions'],
    shows: ['executions'],
  },
  { to: '/applications/$app/events', label: 'app.events', paths: ['events'], shows: ['executions'] },
  {
    to: '/applications/$app/infrastructure',
    label: 'app.infrastructure',
    paths: ['infrastructure'],
    shows: ['serverGroups', 'loadBalancers', 'securityGroups', 'k8s'],
  },
  { to: '/applications/$app/tasks', label: 'app.tasks', paths: ['tasks'], shows: ['tasks'] },
  { to: '/applications/$app/settings', label: 'app.settings', paths: ['settings'], shows: [] },
] as const

/** The part that a path is in. */
export function sectionOf(path: string): (typeof sections)[number] | undefined {
  const section = path.split('/')[3] ?? ''
  return sections.find(({ paths }) => (paths as readonly string[]).includes(section))
}
