import { Button } from '@mantine/core'
import { IconServer2 } from '@tabler/icons-react'
import { Empty } from '@/components/States'
import { useT } from '@/i18n'
import { useInfraT } from '@/i18n/infra'

/** Nothing runs, or nothing is as the filter wants it. */
export function Nothing({ filtered, q, clear }: { filtered: boolean; q: string; clear: () => void }) {
  const t = useT()
  const ti = useInfraT()
  return (
    <div className="card">
      {filtered ? (
        <Empty
          title={q ? t('common.noMatch', { q }) : ti('filter.nothing')}
          action={
            <Button variant="light" onClick={clear}>
              {ti('filter.clear')}
            </Button>
          }
        />
      ) : (
        <Empty icon={<IconServer2 size={26} />} title={t('infra.empty')}>
          {t('infra.emptyText')}
        </Empty>
      )}
    </div>
  )
}
