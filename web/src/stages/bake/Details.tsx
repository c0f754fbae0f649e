import type { Stage } from '@/api/queries'
import { contextOf } from '@/features/execution/stage'
import { Section } from '@/features/execution/details/Section'
import { isObject } from '@/lib/json'
import type { DetailsProps } from '../details'
import { BakeLog } from './BakeLog'
import { useImages } from './texts'

/** The logs of the bakes of a stage, one for each region. */
export function Details({ stage, below }: DetailsProps) {
  const i = useImages()
  const found = [stage, ...below].flatMap((s) => bakeOf(s) ?? [])
  return found.map(({ id, region }) => (
    <Section
      key={id + region}
      title={region ? i('logOf', { region }) : i('log')}
      fold={found.length > 1 ? 'closed' : 'open'}
    >
      <BakeLog id={id} />
    </Section>
  ))
}

/** The bake that a stage waits for, or waited for. */
function bakeOf(stage: Stage) {
  const context = contextOf(stage)
  const status = context['status']
  const id = isObject(status) ? status['id'] : undefined
  const region = context['region']
  return typeof id === 'string' && id !== ''
    ? { id, region: typeof region === 'string' ? region : '' }
    : undefined
}
