import type { KubernetesObject, Place } from '../object'
import { type Action, type Choices } from './actions'

export type ChooseProps = {
  action: Action
  place: Place
  object: KubernetesObject
  choices: Choices
  change: (more: Partial<Choices>) => void
}
