// Deck's pages of an application, each with the page that took its place.
const places: readonly [RegExp, string][] = [
  [/^executions\/details\/([^/]+)$/, 'executions/$1'],
  [/^executions\/configure\/([^/]+)$/, 'pipelines/$1/edit'],
  [/^clusters$/, 'infrastructure'],
  [/^loadBalancers$/, 'infrastructure?kind=loadBalancers'],
  [/^firewalls$/, 'infrastructure?kind=firewalls'],
  [/^config$/, 'settings'],
]

/** Those paths, as the router knows them. */
export const deckPages = [
  '/applications/$app/executions/details/$id',
  '/applications/$app/executions/configure/$id',
  '/applications/$app/clusters',
  '/applications/$app/loadBalancers',
  '/applications/$app/firewalls',
  '/applications/$app/config',
] as const

/** fromDeck is where a path of Deck leads; other paths stay as they are. */
export function fromDeck(path: string): string {
  const [, application, rest] = /^(\/applications\/[^/]+)\/(.*)$/.exec(path) ?? []
  if (application === undefined || rest === undefined) return path
  for (const [pattern, place] of places)
    if (pattern.test(rest)) return `${application}/${rest.replace(pattern, place)}`
  return path
}
