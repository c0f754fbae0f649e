import { Button } from '@mantine/core'
import { IconPlus, IconRoute } from '@tabler/icons-react'
import type { ExecutionsSearch } from '@/app/search'
import { Empty } from '@/components/States'
import { useT } from '@/i18n'

type Props = { filtered: boolean; set: (change: ExecutionsSearch) => void }

/** Why there are no runs: none match, or there is no pipeline yet. */
export function NoExecutions({ filtered, set }: Props) {
  const t = useT()
  return (
    <div className="card">
      {filtered ? (
        <Empty
          title={t('executions.noMatch')}
          action={
            <Button
              variant="default"
              onClick={() => {
                set({
                  q: undefined,
                  status: undefined,
                  pipeline: undefined,
                  trigger: undefined,
                  tag: undefined,
                })
              }}
            >
              {t('executions.clear')}
            </Button>
          }
        />
      ) : (
        <Empty
          icon={<IconRoute size={26} />}
          title={t('executions.empty')}
          action={
            <Button
              leftSection={<IconPlus size={15} />}
              onClick={() => {
                set({ create: true })
              }}
            >
              {t('editor.create')}
            </Button>
          }
        >
          {t('executions.emptyText')}
        </Empty>
      )}
    </div>
  )
}
