import { expect, test } from 'vitest'
import { channelChoices, channelFields, type Channel } from './channelFields'

const slack: Channel = {
  type: 'slack',
  title: 'Slack',
  fields: {
    properties: { address: { type: 'string', description: 'Channel' }, customMessage: { type: 'string' } },
  },
  missing: [],
  events: true,
  messages: true,
}
const jira: Channel = {
  type: 'jira',
  title: 'Jira',
  fields: {},
  missing: ['jira.enabled'],
  events: false,
  messages: true,
}

test('a notification has the fields of its channel, and an address if nobody knows that', () => {
  expect(channelFields(slack, 'Address').map((f) => [f.name, f.label, f.help])).toEqual([
    ['address', 'Address', 'Channel'],
    ['customMessage', 'Custom message', ''],
  ])
  expect(channelFields(undefined, 'Address').map((f) => f.name)).toEqual(['address'])
  expect(channelFields(jira, 'Address')).toEqual([])
})

test('the channels to choose from are those that can tell of it', () => {
  expect(channelChoices([slack, jira], false).map((c) => c.label)).toEqual(['Slack'])
  expect(channelChoices([slack, jira], true).map((c) => c.value)).toEqual(['jira', 'slack'])
})
