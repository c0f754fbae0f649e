import { fieldsOf, type Field } from '../schema'
import type { Json } from '../model'

/** A channel of notifications, as the server describes it. */
export type Channel = {
  type: string
  title: string
  fields: Record<string, unknown>
  missing: string[]
  events: boolean
  messages: boolean
}

/**
 * The fields of a notification by a channel. An address is the first one; one by a channel
 * that the server doesn't know has an address too, as all of Spinnaker's have.
 */
export function channelFields(channel: Channel | undefined, address: string): Field[] {
  const named = (f: Field): Field => (f.name === 'address' ? { ...f, label: address } : f)
  if (channel) return fieldsOf(channel.fields as Json).map(named)
  return fieldsOf({ properties: { address: { type: 'string' } } }).map(named)
}

/** The channels to choose from: those that can tell of what is to be told. */
export function channelChoices(
  channels: readonly Channel[],
  judgment: boolean,
): { value: string; label: string }[] {
  return channels
    .filter((c) => c.events || (judgment && c.messages))
    .map((c) => ({ value: c.type, label: c.title }))
    .sort((a, b) => a.label.localeCompare(b.label))
}
