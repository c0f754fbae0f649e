import { createContext } from 'react'
import type { Texts } from './drafts'

// Texts that are not understood yet: what somebody writes as YAML or JSON passes
// through states that mean nothing. They are kept where they are written, as they
// are, whatever else is looked at meanwhile.

export type Unread = { texts: Texts; set: (place: string, text: Texts[string] | undefined) => void }

export const UnreadContext = createContext<Unread>({ texts: {}, set: () => undefined })

/** Where in the pipeline a field stands: "settings", a stage, an item of a list within. */
export const PlaceContext = createContext('')

const apart = '\n'
export const inside = (place: string, part: string) => (place === '' ? part : place + apart + part)
export const stagePlace = (id: string) => `stage${apart}${id}`

/** The stage that a text belongs to; undefined where it is the pipeline's own. */
export function stageOfPlace(place: string): string | undefined {
  const [kind, id] = place.split(apart)
  return kind === 'stage' ? id : undefined
}
export const isCode = (place: string) => place.startsWith(`code${apart}`)
