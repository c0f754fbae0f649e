import { Button } from '@mantine/core'
import { IconMap2 } from '@tabler/icons-react'
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { Empty, Failure } from '@/components/States'
import { useT } from '@/i18n'

export function NotFound() {
  const t = useT()
  return (
    <div className="page">
      <Empty
        icon={<IconMap2 />}
        title={t('error.noPage')}
        action={
          <Button component={Link} to="/">
            {t('error.home')}
          </Button>
        }
      >
        {t('error.noPageText')}
      </Empty>
    </div>
  )
}

export function PageFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <div className="page">
      <Failure
        error={error}
        retry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </div>
  )
}
