import { Anchor, Select, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client, unwrap } from '@/api/client'
import type { Stage } from '@/api/queries'
import { apiBase } from '@/lib/base'
import { isActive } from '@/lib/status'
import { jobOf, podsOf, type Job, type JobPod, type KeptLog } from './jobs'
import { LogText } from './LogText'
import { useRuns } from './texts'
import { useLog } from './useLog'

const lookEvery = 2000
const tail = 5000

/** The logs of the job that a stage runs: as they are written, and what the stage keeps of them. */
export function JobLogs({ app, stages }: { app: string; stages: readonly Stage[] }) {
  const r = useRuns()
  const job = jobOf(stages)
  if (!job)
    return <Text c="dimmed">{r(stages.some((s) => isActive(s.status)) ? 'logNotYet' : 'logNoJob')}</Text>
  return <Logs key={`${job.location}/${job.name}`} app={app} job={job} />
}

function Logs({ app, job }: { app: string; job: Job }) {
  const r = useRuns()
  const [chosenPod, setPod] = useState<string>()
  const [chosenContainer, setContainer] = useState<string>()
  // The stage tells of its pods once in a while; until then the cluster is asked.
  const live = useQuery({
    queryKey: ['job', app, job.account, job.location, job.name],
    queryFn: () =>
      unwrap(
        client.GET('/applications/{application}/jobs/{account}/{region}/{name}', {
          params: { path: { application: app, account: job.account, region: job.location, name: job.name } },
        }),
      ),
    enabled: job.active && job.pods.every((p) => p.containers.length === 0),
    refetchInterval: lookEvery,
  })
  const pods = podsWith(job.pods.length > 0 ? job.pods : podsOf(live.data), job.kept)
  const pod = pods.find((p) => p.name === chosenPod) ?? pods[0]
  const container = pod?.containers.find((c) => c === chosenContainer) ?? pod?.containers[0]
  if (!pod || container === undefined)
    return <Text c="dimmed">{r(job.active ? 'logNotYet' : 'logNoPod')}</Text>
  const kept = job.kept.find((k) => k.pod === pod.name && k.container === container)
  return (
    <>
      <PodLog key={`${pod.name} ${container}`} job={job} pod={pod.name} container={container} kept={kept}>
        {pods.length > 1 && (
          <Select
            size="xs"
            aria-label={r('pod')}
            data={pods.map((p) => p.name)}
            value={pod.name}
            allowDeselect={false}
            onChange={(v) => {
              setPod(v ?? undefined)
            }}
            w={220}
          />
        )}
        <Select
          size="xs"
          aria-label={r('container')}
          data={pod.containers}
          value={container}
          allowDeselect={false}
          onChange={(v) => {
            setContainer(v ?? undefined)
          }}
          w={140}
        />
      </PodLog>
      {job.link && (
        <Anchor href={job.link} target="_blank" rel="noreferrer" size="sm" mt={8} display="inline-block">
          {r('logElsewhere')}
        </Anchor>
      )}
    </>
  )
}

function podsWith(pods: readonly JobPod[], kept: readonly KeptLog[]): JobPod[] {
  const names = [...new Set([...pods.map((p) => p.name), ...kept.map((k) => k.pod)])]
  return names.map((name) => ({
    name,
    containers: [
      ...new Set([
        ...(pods.find((p) => p.name === name)?.containers ?? []),
        ...kept.filter((k) => k.pod === name).map((k) => k.container),
      ]),
    ],
  }))
}

function PodLog({
  job,
  pod,
  container,
  kept,
  children,
}: {
  job: Job
  pod: string
  container: string
  kept: KeptLog | undefined
  children: React.ReactNode
}) {
  const r = useRuns()
  const query = new URLSearchParams({ container, tail: String(tail), follow: 'true' })
  const path = [job.account, job.location, `pod ${pod}`].map(encodeURIComponent).join('/')
  const log = useLog(`${apiBase}/instances/${path}/log?${query.toString()}`)
  if (log.text === undefined && !log.failure) return <Skeleton height={200} />
  const name = `${pod}-${container}`
  if (!log.text && log.failure && kept) {
    return (
      <>
        <LogText text={kept.output} state="kept" name={name}>
          {children}
        </LogText>
        <Text size="xs" c="dimmed" mt={6}>
          {r('logKept')}
        </Text>
      </>
    )
  }
  return (
    <>
      <LogText text={log.text ?? ''} state={log.ended ? 'ended' : 'live'} name={name}>
        {children}
      </LogText>
      {log.failure && (
        <Text size="sm" c="dimmed" mt={6} role="status" style={{ overflowWrap: 'anywhere' }}>
          {log.failure}
        </Text>
      )}
    </>
  )
}
