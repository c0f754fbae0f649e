import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from './client'

/** The channels of notifications, with their fields and the settings that the server lacks for them. */
export const channelsQuery = queryOptions({
  queryKey: ['notificationChannels'],
  queryFn: () => unwrap(client.GET('/notifications/channels')),
  staleTime: 60_000,
})
