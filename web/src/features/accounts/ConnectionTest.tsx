import { Button, Stack, Text } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Failure, RowsLoading } from '@/components/States'
import { useT } from '@/i18n'
import { useAccountT } from '@/i18n/accounts'
import { testAccount } from './queries'
import { descriptorOf } from './registry'
import { TestReport } from './TestReport'

/** Connects with the account anew, and tells what is missing. */
export function ConnectionTest({ account, type }: { account: string; type: string }) {
  const t = useT()
  const ta = useAccountT()
  const test = useMutation({ mutationFn: () => testAccount(account) })
  return (
    <Stack gap="md" maw={900}>
      <Text>{descriptorOf(type).cluster ? t('accounts.testText') : ta('test.text')}</Text>
      <div>
        <Button
          leftSection={<IconPlugConnected size={16} />}
          loading={test.isPending}
          onClick={() => {
            test.mutate()
          }}
        >
          {t(test.data ? 'accounts.testAgain' : 'accounts.test')}
        </Button>
      </div>
      {test.isPending ? (
        <RowsLoading rows={5} />
      ) : test.isError ? (
        <Failure error={test.error} />
      ) : (
        test.data && <TestReport report={test.data} type={type} />
      )}
    </Stack>
  )
}
