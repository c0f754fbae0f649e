import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ExecutionsSearch } from '@/app/search'
import { useList } from './texts'
import type { ExecutionRows } from './useExecutionRows'

type Props = { app: string; search: ExecutionsSearch; list: ExecutionRows; filtered: boolean }

/** The ways to runs that the list doesn't show: older ones, and the search of all runs. */
export function ListFoot({ app, search, list, filtered }: Props) {
  const l = useList()
  const { older } = list.executions
  return (
    <Group justify="center" mt="md">
      {older && (
        <Button variant="default" loading={older.loading} onClick={older.load}>
          {l('older')}
        </Button>
      )}
      {filtered && search.group === undefined && list.pipelines.data && (
        <Button
          variant="subtle"
          renderRoot={(props) => (
            <Link
              to="/runs"
              search={{
                application: app,
                ...(search.q && { q: search.q }),
                ...(search.pipeline && { pipeline: search.pipeline }),
                ...(search.status && { status: search.status }),
                ...(search.trigger && { trigger: search.trigger }),
              }}
              {...props}
            />
          )}
        >
          {l('searchAll')}
        </Button>
      )}
    </Group>
  )
}
