import { type Task } from '@/api/tasks'
import { StatusIcon } from './Status'
import { Elapsed } from './Time'
import { useStepName } from './stepNames'
import classes from './TaskProgress.module.css'

/** The steps of a task with how each is doing. */
export function TaskSteps({ task }: { task: Task }) {
  const name = useStepName()
  return (
    <ol className={classes.steps}>
      {task.steps.map((step, i) => (
        <li
          key={`${i} ${step.id ?? ''} ${step.name ?? ''}`}
          className={classes.step}
          data-later={step.status === 'NOT_STARTED' || undefined}
        >
          <StatusIcon status={step.status} size={16} />
          <span className="cut" title={step.name}>
            {name(step.name ?? '')}
          </span>
          <span className="muted">
            <Elapsed of={step} />
          </span>
        </li>
      ))}
    </ol>
  )
}
