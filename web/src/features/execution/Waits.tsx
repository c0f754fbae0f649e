import { Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Execution } from '@/api/queries'
import { WaitedFor } from '@/components/WaitedFor'
import { withoutSecretsIn } from '@/lib/secrets'
import { waitedFor } from '@/lib/status'
import classes from './ExecutionPage.module.css'

const most = 3

/** What a run waits for although it doesn't come up, below its name. */
export function Waits({ execution: e, app }: { execution: Execution; app: string }) {
  return (
    <div role="status">
      {waitedFor(e.stages)
        .slice(0, most)
        .map((w) => (
          <Text
            key={`${w.account} ${w.location ?? ''} ${w.name}`}
            size="sm"
            component="div"
            className={classes.waits}
          >
            <IconAlertTriangle size={16} aria-hidden />
            <span>
              <Link
                to="/applications/$app/infrastructure"
                params={{ app }}
                search={{ in: w.account, at: w.location ?? '', show: w.name }}
                className="row-link"
              >
                <WaitedFor waiting={[w]} />
              </Link>
              <span className="muted"> · {withoutSecretsIn(w.message)}</span>
            </span>
          </Text>
        ))}
    </div>
  )
}
