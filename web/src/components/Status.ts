// How the status of a run, a stage, or a task looks.
export { StatusBadge } from './StatusBadge'
export { StatusDot } from './StatusDot'
export { StatusIcon } from './StatusIcon'
export { ToneBadge } from './ToneBadge'
export { useStatusName } from './useStatusName'
