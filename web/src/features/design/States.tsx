import { Button } from '@mantine/core'
import { IconRocket } from '@tabler/icons-react'
import { Empty, Failure, RowsLoading } from '@/components/States'
import { ApiError, UnreachableError } from '@/api/client'
import { Part } from './Part'
import classes from './Design.module.css'

/** What a page shows if it has nothing, can't get it, or still waits for it. */
export function States() {
  return (
    <Part title="States">
      <div className={classes.two}>
        <Empty icon={<IconRocket size={32} />} title="No runs yet" action={<Button>Start a run</Button>}>
          Runs of this pipeline are listed here.
        </Empty>
        <div data-example>
          <RowsLoading rows={4} />
        </div>
        <Failure
          error={new ApiError(409, 'The pipeline was changed by somebody else. Reload it.', 'req-1')}
          retry={() => undefined}
        />
        <Failure error={new UnreachableError()} retry={() => undefined} />
      </div>
    </Part>
  )
}
