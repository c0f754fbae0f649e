import type { RollbackObject, RollbackPlan, RollbackRevision } from '@/api/rollback'
import type { RollbackT } from './texts'

/** An image without its registry and path: "nginx:1.27". */
export function shortImage(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1)
  return name.replace(/@sha256:([0-9a-f]{7})[0-9a-f]+$/, '@$1')
}

/** How a revision is called: "nginx:1.27 (revision 1)", or by its ReplicaSet if that is a version of its own. */
export function revisionName(t: RollbackT, r: RollbackRevision, of: Pick<RollbackObject, 'name'>): string {
  const images = r.images.map(shortImage).join(', ')
  return of.name.startsWith('replicaSet ')
    ? t('version', { images, name: r.name })
    : t('revision', { images, n: r.number })
}

/** The objects that a plan's task changes. */
export const changed = (plan: RollbackPlan): RollbackObject[] =>
  plan.objects.filter((o) => o.verdict === plan.verdict && o.target)

/** What a plan's button says; undefined if there is nothing to do. */
export function actionOf(t: RollbackT, plan: RollbackPlan): string | undefined {
  const list = plan.jobs.length > 0 ? changed(plan) : []
  const [first] = list
  if (!first?.target) return undefined
  const forth = plan.verdict === 'rolledBack'
  if (list.length > 1) return t(forth ? 'forthSeveral' : 'several', { n: list.length })
  return t(forth ? 'forth' : 'to', { revision: revisionName(t, first.target, first) })
}
