// What the pages are tried on: applications with something to see, made over the API.

type Json = Record<string, unknown>

export class Server {
  constructor(readonly base: string) {}

  async ask<T>(method: string, path: string, body?: Json): Promise<T> {
    const answer = await fetch(this.base + path, {
      method,
      ...(body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {}),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return (text ? JSON.parse(text) : undefined) as T
  }

  async until<T>(path: string, want: (value: T) => boolean): Promise<T> {
    const deadline = Date.now() + 180_000
    for (;;) {
      const value = await this.ask<T>('GET', path)
      if (want(value)) return value
      if (Date.now() > deadline)
        throw new Error(`${path} does not become what is wanted: ${JSON.stringify(value).slice(0, 500)}`)
      await new Promise((done) => setTimeout(done, 100))
    }
  }

  async application(name: string, more: Json = {}): Promise<void> {
    const { ref } = await this.ask<{ ref: string }>('POST', '/tasks', {
      application: name,
      description: `Create Application: ${name}`,
      job: [
        {
          type: 'createApplication',
          application: { name, email: `${name}@example.com`, cloudProviders: 'kubernetes', ...more },
        },
      ],
    })
    await this.until<{ status: string }>(ref, (t) => t.status === 'SUCCEEDED')
  }

  async pipeline(application: string, name: string, stages: Json[], more: Json = {}): Promise<void> {
    await this.ask('POST', '/pipelines', { application, name, stages, ...more })
  }

  async start(application: string, pipeline: string, trigger: Json = {}): Promise<string> {
    const { ref } = await this.ask<{ ref: string }>(
      'POST',
      `/pipelines/${application}/${encodeURIComponent(pipeline)}`,
      trigger,
    )
    return ref.slice(ref.lastIndexOf('/') + 1)
  }

  async ended(id: string): Promise<string> {
    const e = await this.until<{ status: string }>(
      `/pipelines/${id}`,
      (x) => !['NOT_STARTED', 'RUNNING'].includes(x.status),
    )
    return e.status
  }

  async waits(id: string): Promise<void> {
    await this.until<{ stages: { type: string; status: string }[] }>(`/pipelines/${id}`, (e) =>
      e.stages.some((s) => s.type === 'manualJudgment' && s.status === 'RUNNING'),
    )
  }
}

const stage = (
  refId: string,
  type: string,
  name: string,
  requisiteStageRefIds: string[],
  more: Json = {},
): Json => ({ refId, type, name, requisiteStageRefIds, ...more })

export const deployment = (name: string, image: string, replicas: number): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 80 }] }] },
    },
  },
})

export const service = (name: string): Json => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
})

export const deploy = (
  refId: string,
  app: string,
  manifests: Json[],
  after: string[] = [],
  name = 'Deploy',
): Json =>
  stage(refId, 'deployManifest', name, after, {
    account: 'sandbox',
    cloudProvider: 'kubernetes',
    moniker: { app },
    source: 'text',
    manifests,
  })

/** Makes the application shop, with a pipeline in each state that has a look of its own. */
export async function seed(server: Server): Promise<{
  waiting: string
  failed: string
  long: string
  templated: string
  pipeline: string
  task: string
}> {
  await server.application('shop', { description: 'The web shop' })
  await Promise.all(['billing', 'search-index', 'gateway'].map((name) => server.application(name)))
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'shop', namespace: 'default' },
    spec: { podSelector: { matchLabels: { app: 'shop' } }, ingress: [{ ports: [{ port: 80 }] }] },
  }
  await server.pipeline(
    'shop',
    'Deploy to production',
    [
      deploy('1', 'shop', [deployment('shop', '${parameters.image}', 4), service('shop'), policy]),
      stage('2', 'wait', 'Let it settle', ['1'], { waitTime: 1 }),
      stage('3', 'checkPreconditions', 'Is it deployed?', ['2'], {
        preconditions: [
          {
            type: 'stageStatus',
            failPipeline: true,
            context: { stageName: 'Deploy', stageStatus: 'SUCCEEDED' },
          },
        ],
      }),
      stage('4', 'wait', 'Smoke test', ['2'], { waitTime: 1 }),
      stage('5', 'manualJudgment', 'Release to everybody?', ['3', '4'], {
        instructions: 'Look at the error rate of the last ten minutes.\nIs it below 0.1 %?',
        judgmentInputs: [{ value: 'all regions' }, { value: 'Europe only' }],
      }),
      stage('6', 'scaleManifest', 'Scale up', ['5'], {
        account: 'sandbox',
        cloudProvider: 'kubernetes',
        location: 'default',
        manifestName: 'deployment shop',
        mode: 'static',
        replicas: 6,
      }),
      stage('7', 'wait', 'Tell the others', ['5'], { waitTime: 1 }),
    ],
    {
      limitConcurrent: false,
      parameterConfig: [
        {
          name: 'image',
          label: 'Image',
          description: 'What to deploy',
          required: true,
          default: 'nginx:1.29',
          hasOptions: false,
        },
        {
          name: 'channel',
          label: 'Channel',
          required: true,
          default: 'stable',
          hasOptions: true,
          options: [{ value: 'stable' }, { value: 'beta' }],
        },
      ],
    },
  )
  await server.pipeline('shop', 'Broken on purpose', [
    stage('1', 'wait', 'Warm up', [], { waitTime: 0 }),
    stage('2', 'checkPreconditions', 'Is anybody there?', ['1'], {
      preconditions: [
        {
          type: 'expression',
          failPipeline: true,
          context: {
            expression: '${1 == 2}',
            failureMessage: 'Nobody is on call: add somebody to the rota, then run this again.',
          },
        },
      ],
    }),
    stage('3', 'wait', 'Never reached', ['2'], { waitTime: 1 }),
  ])
  await server.pipeline('shop', 'Nightly', [
    stage('1', 'wait', 'Collect', [], { waitTime: 0 }),
    stage('2', 'wait', 'Report', ['1'], { waitTime: 0 }),
  ])
  await server.pipeline('shop', 'Retired', [stage('1', 'wait', 'Nothing', [], { waitTime: 0 })], {
    disabled: true,
  })
  await server.pipeline('billing', 'Long haul', [
    stage('1', 'wait', 'Overnight run', [], { waitTime: 36000 }),
    stage('2', 'wait', 'Tidy up', ['1'], { waitTime: 1 }),
  ])
  await server.pipeline('billing', 'Deploy', [
    deploy('1', 'billing', [deployment('billing', 'nginx:1.28', 2), service('billing')]),
  ])

  await server.ask('POST', '/v2/pipelineTemplates/create?tag=stable', {
    schema: 'v2',
    id: 'wait-a-while',
    metadata: {
      name: 'Wait a while',
      description: 'Waits, and then waits once more',
      owner: 'platform@example.com',
      scopes: ['global'],
    },
    variables: [
      { name: 'seconds', type: 'int', description: 'How long to wait at first' },
      {
        name: 'title',
        type: 'string',
        description: 'What the second stage is called',
        defaultValue: 'Once more',
      },
      { name: 'again', type: 'boolean', defaultValue: true },
    ],
    pipeline: {
      stages: [
        stage('1', 'wait', 'Wait a while', [], { waitTime: '${ templateVariables.seconds }' }),
        stage('2', 'wait', '${ templateVariables.title }', ['1'], { waitTime: 1 }),
      ],
    },
  })
  await server.ask('POST', '/pipelines', {
    application: 'search-index',
    name: 'Waits as the template says',
    schema: 'v2',
    type: 'templatedPipeline',
    variables: { seconds: 5 },
    stages: [],
    template: {
      artifactAccount: 'front50ArtifactCredentials',
      type: 'front50/pipelineTemplate',
      reference: 'spinnaker://wait-a-while',
    },
  })
  const { id: templated } = await server.ask<{ id: string }>(
    'GET',
    '/applications/search-index/pipelineConfigs/Waits%20as%20the%20template%20says',
  )

  const nightly = await Promise.all([1, 2, 3].map(() => server.start('shop', 'Nightly')))
  await Promise.all(nightly.map((id) => server.ended(id)))
  const failed = await server.start('shop', 'Broken on purpose')
  await server.ended(failed)
  const first = await server.start('shop', 'Deploy to production', {
    type: 'manual',
    parameters: { image: 'nginx:1.28', channel: 'beta' },
  })
  await server.waits(first)
  await answer(server, first, 'continue')
  await server.ended(first)
  await server.ended(await server.start('billing', 'Deploy'))
  const waiting = await server.start('shop', 'Deploy to production', {
    type: 'manual',
    parameters: { image: 'nginx:1.29', channel: 'stable' },
  })
  await server.waits(waiting)
  const long = await server.start('billing', 'Long haul')
  const { id: pipeline } = await server.ask<{ id: string }>(
    'GET',
    '/applications/shop/pipelineConfigs/Deploy%20to%20production',
  )
  const { ref } = await server.ask<{ ref: string }>('POST', '/tasks', {
    application: 'shop',
    description: 'Scale deployment nowhere',
    job: [
      {
        type: 'scaleManifest',
        account: 'sandbox',
        cloudProvider: 'kubernetes',
        location: 'default',
        manifestName: 'deployment nowhere',
        mode: 'static',
        replicas: 2,
        reason: 'the sale begins',
      },
    ],
  })
  return { waiting, failed, long, templated, pipeline, task: ref.slice(ref.lastIndexOf('/') + 1) }
}

export async function answer(server: Server, id: string, judgmentStatus: 'continue' | 'stop'): Promise<void> {
  const e = await server.ask<{ stages: { id: string; type: string; status: string }[] }>(
    'GET',
    `/pipelines/${id}`,
  )
  const asked = e.stages.find((s) => s.type === 'manualJudgment' && s.status === 'RUNNING')
  if (!asked) throw new Error(`${id} asks nobody`)
  await server.ask('PATCH', `/pipelines/${id}/stages/${asked.id}`, { judgmentStatus })
}
