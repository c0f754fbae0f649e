import { type ChooseProps } from './chooseProps'
import { ChooseScale } from './ChooseScale'
import { ChooseRevision } from './ChooseRevision'
import { ChooseDeletion } from './ChooseDeletion'
import { ChooseTraffic } from './ChooseTraffic'
import { ChooseBalancers } from './ChooseBalancers'
import { ChooseNothing } from './ChooseNothing'

/** What is to be chosen for an action, and what will come of it. */
export function Choose(props: ChooseProps) {
  switch (props.action) {
    case 'scale':
      return <ChooseScale {...props} />
    case 'undo':
      return <ChooseRevision {...props} />
    case 'delete':
    case 'terminate':
      return <ChooseDeletion {...props} />
    case 'attach':
      return <ChooseBalancers {...props} />
    case 'enable':
    case 'disable':
      return <ChooseTraffic {...props} />
    default:
      return <ChooseNothing {...props} />
  }
}
