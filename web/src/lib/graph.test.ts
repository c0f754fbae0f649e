import { expect, test } from 'vitest'
import { topLevel } from './graph'

test('stages that the engine adds are left out', () => {
  expect(topLevel([{ parentStageId: '1' }, {}])).toHaveLength(1)
})
