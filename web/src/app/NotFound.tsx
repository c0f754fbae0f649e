import { Button } from '@mantine/core'
import { IconMap2 } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Empty } from '@/components/States'
import { useT } from '@/i18n'

/** The page at an address that has none. */
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
