import { useInfraT } from '@/i18n/infra'
import type { Obstacle } from './usePlan'

export function sayObstacle(t: ReturnType<typeof useInfraT>, o: Obstacle): string {
  if (o.key === 'broken')
    return t('manifest.broken', {
      problem: o.problem === 'notObject' || o.problem === 'noKind' ? t(`manifest.${o.problem}`) : o.problem,
    })
  return o.key === 'one' ? t('manifest.one', { n: o.n }) : t(`manifest.${o.key}`)
}
