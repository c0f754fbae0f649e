import type { Execution } from '@/api/queries'
import { isObject, objectOf, objectsOf, textOf, type Json } from '@/lib/json'

// What continuing a judgment changes.

export type Change = {
  action: string
  fullName: string
  namespace: string
  diff: string
  error: string
}
export type Totals = { add: number; change: number; remove: number }

type OutlineStage = Execution['stages'][number]

/** The changes of a plan, as a stage or the server has worked it out. */
export function changesOf(plan: unknown): Change[] | undefined {
  if (!isObject(plan) || !Array.isArray(plan['changes'])) return undefined
  return objectsOf(plan['changes']).map((c) => ({
    action: textOf(c['action']),
    fullName: textOf(c['fullName']) || `${textOf(c['kind'])} ${textOf(c['name'])}`,
    namespace: textOf(c['namespace']),
    diff: textOf(c['diff']),
    error: textOf(c['error']),
  }))
}

export function totalsOf(changes: readonly Change[]): Totals {
  const count = (...actions: string[]) => changes.filter((c) => actions.includes(c.action)).length
  return { add: count('create'), change: count('change', 'recreate'), remove: count('prune') }
}

/** The images that a diff replaces, each with what takes its place. */
export function imagesOf(changes: readonly Change[]): [before: string, after: string][] {
  const out = new Map<string, [string, string]>()
  for (const c of changes) {
    const lines = c.diff.split('\n')
    const image = (sign: string) =>
      lines.flatMap((l) => new RegExp(`^\\${sign}\\s*(?:- )?image: "?([^"\\s]+)"?$`).exec(l)?.[1] ?? [])
    const [cut, added] = [image('-'), image('+')]
    for (let i = 0; i < Math.max(cut.length, added.length); i++)
      out.set(`${cut[i] ?? ''} ${added[i] ?? ''}`, [cut[i] ?? '', added[i] ?? ''])
  }
  return [...out.values()]
}

const deploys = ['deployManifest', 'helmUpgrade']

/** The stages right before a judgment that have only planned a deployment. */
export function plannersBefore(e: Execution, judgment: OutlineStage): OutlineStage[] {
  const before = judgment.requisiteStageRefIds ?? []
  return e.stages.filter(
    (s) =>
      deploys.includes(s.type ?? '') &&
      s.refId !== undefined &&
      before.includes(s.refId) &&
      s.status === 'SUCCEEDED',
  )
}

/** The deployments that follow a judgment before anybody is asked again. */
export function deploysAfter(e: Execution, judgment: OutlineStage): OutlineStage[] {
  const out: OutlineStage[] = []
  const seen = new Set<string>()
  let edge = [judgment.refId ?? '']
  while (edge.length > 0) {
    const next = e.stages.filter(
      (s) =>
        s.parentStageId === undefined &&
        s.refId !== undefined &&
        !seen.has(s.refId) &&
        (s.requisiteStageRefIds ?? []).some((ref) => edge.includes(ref)),
    )
    for (const s of next) seen.add(s.refId ?? '')
    out.push(...next.filter((s) => deploys.includes(s.type ?? '')))
    edge = next.filter((s) => s.type !== 'manualJudgment').map((s) => s.refId ?? '')
  }
  return out
}

/** What a deploy stage is asked to deploy, for the server to plan; undefined if that isn't known before it runs. */
export function planRequest(context: Json): Json | undefined {
  const account = textOf(context['account']) || textOf(context['credentials'])
  if (isObject(context['chartArtifact']) && context['plan'] !== true && context['plan'] !== 'true') {
    const fields = ['chartArtifact', 'namespace', 'releaseName', 'values']
    const given = fields.filter((f) => context[f] !== undefined).map((f) => [f, context[f]])
    return { type: 'helmUpgrade', account, ...Object.fromEntries(given) }
  }
  if (textOf(context['source']) === 'artifact' || context['plan'] === true || context['plan'] === 'true')
    return undefined
  const manifests: unknown = context['manifests'] ?? context['manifest']
  const list = Array.isArray(manifests) ? manifests : isObject(manifests) ? [manifests] : []
  if (list.length === 0) return undefined
  return {
    type: 'deployManifest',
    source: 'text',
    account,
    manifests: list,
    moniker: objectOf(context['moniker']),
    ...(textOf(context['namespaceOverride']) ? { namespaceOverride: context['namespaceOverride'] } : {}),
  }
}

export const hasExpressions = (value: unknown): boolean => JSON.stringify(value ?? '').includes('${')
