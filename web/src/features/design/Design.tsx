import { usePageTitle } from '@/components/PageTitle'
import { Controls } from './Controls'
import { Data } from './Data'
import { Scales } from './Scales'
import { States } from './States'
import { Statuses } from './Statuses'

/**
 * Every shared component in every state on one page, for those who change them and
 * for the tests, which photograph it in both themes. Nothing links to it, and its
 * texts are in English only.
 */
export function Design() {
  usePageTitle('Design')
  return (
    <div className="page">
      <h1>Design</h1>
      <Scales />
      <Statuses />
      <Controls />
      <States />
      <Data />
    </div>
  )
}
