import { Skeleton } from '@mantine/core'
import { useT } from '@/i18n'
import classes from './ExecutionPage.module.css'

/** The shape of a graph that is on its way. */
export function GraphLoading() {
  const t = useT()
  return (
    <div
      className={`card ${classes.graphLoading}`}
      role="status"
      aria-busy="true"
      aria-label={t('common.loading')}
    >
      {[1, 2, 3].map((n) => (
        <Skeleton
          key={n}
          height={60}
          radius="lg"
          className={classes.nodeLoading}
          style={{ opacity: 1.1 - n / 4 }}
        />
      ))}
    </div>
  )
}
