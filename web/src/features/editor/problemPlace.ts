import type { Translate } from '@/i18n'

const lists = ['triggers', 'parameterConfig', 'expectedArtifacts', 'notifications'] as const

/** Where in a pipeline a problem is, in words: triggers[1].cronExpression is in the second trigger. */
export function problemPlace(t: Translate, path: string): string {
  const [, list, index] = /^(\w+)\[(\d+)\]/.exec(path) ?? []
  const known = lists.find((name) => name === list)
  return known ? t(`editor.place.${known}`, { n: Number(index) + 1 }) : path
}
