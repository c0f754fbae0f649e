import {
  IconAnchor,
  IconBox,
  IconCircleCheck,
  IconPlugConnected,
  IconRoute,
  type Icon,
} from '@tabler/icons-react'
import { descriptors } from '@/stages'
import type { Kind } from '@/stages/descriptor'
import { kindOf, type StageType } from './stageKinds'

const byKind: Record<Kind, Icon> = {
  deploy: IconBox,
  flow: IconRoute,
  check: IconCircleCheck,
  connect: IconPlugConnected,
  helm: IconAnchor,
  other: IconBox,
  unavailable: IconBox,
}
const tones: Record<Kind, string> = {
  deploy: 'busy',
  flow: 'wait',
  check: 'good',
  connect: 'iris',
  helm: 'busy',
  other: 'idle',
  unavailable: 'idle',
}

/** A stage type's sign, in the colour of its group. */
export function StageIcon({
  name,
  type,
  size = 30,
}: {
  name: string
  type: StageType | undefined
  size?: number
}) {
  const kind = type ? kindOf(type) : 'other'
  const Sign = descriptors.get(name)?.icon ?? byKind[kind]
  const tone = tones[kind]
  const colours =
    tone === 'iris'
      ? {
          background: 'var(--mantine-primary-color-light)',
          color: 'var(--mantine-primary-color-light-color)',
        }
      : { background: `var(--${tone}-soft)`, color: `var(--${tone})` }
  return (
    <span
      aria-hidden
      style={{
        ...colours,
        display: 'grid',
        placeItems: 'center',
        width: size,
        height: size,
        borderRadius: 8,
        flex: 'none',
      }}
    >
      <Sign size={size * 0.58} stroke={1.7} />
    </span>
  )
}
