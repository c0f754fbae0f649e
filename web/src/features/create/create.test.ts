import { describe, expect, test } from 'vitest'
import en from '@/i18n/create.en'
import { isObject, objectsOf } from '@/lib/json'
import { emptyDraft, problemsOf, readDraft, stepsOf, type Draft } from './draft'
import { accountsIn, importedOf } from './imported'
import { asked, parseImage, shortName } from './image'
import { manifestsOf } from './manifests'
import { applicationNameProblem, isHost, isQuantity, objectName } from './names'
import { firstParameters, pipelineOf, planOf } from './pipeline'
import { chartsOf, fileOf, repositoryOf } from './source'

const draft = (change: Partial<Draft> = {}): Draft => ({
  ...emptyDraft,
  name: 'shop',
  email: 'me@example.com',
  place: { account: 'prod', namespace: 'shop' },
  image: { ...emptyDraft.image, image: 'nginx:1.29' },
  ...change,
})
const stagesOf = (d: Draft) => objectsOf(pipelineOf(d, en.words)['stages'])
const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>(
    (v, key) => (Array.isArray(v) ? (v as unknown[])[Number(key)] : isObject(v) ? v[key] : undefined),
    value,
  )

test.each([
  ['shop', undefined],
  ['Shop-2', undefined],
  [' ', 'nameMissing'],
  ['2shop', 'nameInvalid'],
  ['shop.web', 'nameInvalid'],
  ['shop_web', 'nameInvalid'],
  ['商店', 'nameInvalid'],
  ['a/b', 'nameInvalid'],
  ['a'.repeat(63), undefined],
  ['a'.repeat(64), 'nameLong'],
])('an application called %s', (name, problem) => {
  expect(applicationNameProblem(name)).toBe(problem)
})

test.each([
  ['shop', 'shop'],
  ['Shop', 'shop'],
  ['shop-', 'shop'],
  ['my_app.web', 'my-app-web'],
  ['3scale', 'scale'],
  ['Café au lait', 'cafe-au-lait'],
  ['商店', 'app'],
  ['--', 'app'],
  [`${'a'.repeat(62)}-b`, 'a'.repeat(62)],
])('%s as the name of an object', (text, name) => {
  expect(objectName(text)).toBe(name)
})

test.each([
  ['nginx', { repository: 'nginx' }],
  ['nginx:1.29', { repository: 'nginx', tag: '1.29' }],
  ['localhost:5000/a/b', { repository: 'localhost:5000/a/b' }],
  [
    'registry.example.com:5000/team/web:v1_2-rc.3',
    { repository: 'registry.example.com:5000/team/web', tag: 'v1_2-rc.3' },
  ],
  [`ghcr.io/a/b@sha256:${'0'.repeat(64)}`, { repository: 'ghcr.io/a/b', digest: `sha256:${'0'.repeat(64)}` }],
  [
    `ghcr.io/a/b:1@sha256:${'a'.repeat(64)}`,
    { repository: 'ghcr.io/a/b', tag: '1', digest: `sha256:${'a'.repeat(64)}` },
  ],
  ['[::1]:5000/web', { repository: '[::1]:5000/web' }],
  ['Nginx', undefined],
  ['nginx:', undefined],
  ['nginx:-x', undefined],
  ['a b', undefined],
  ['nginx@sha256:short', undefined],
  ['https://nginx', undefined],
  ['', undefined],
  ['web:${tag}', undefined],
])('the image %s', (text, image) => {
  expect(parseImage(text)).toEqual(image)
})

test('what pins an image is asked for', () => {
  expect(asked({ repository: 'a/web' })).toEqual({
    name: 'tag',
    default: 'latest',
    image: 'a/web:${parameters.tag}',
  })
  expect(asked({ repository: 'a/web', tag: '1', digest: 'sha256:x' })).toEqual({
    name: 'digest',
    default: 'sha256:x',
    image: 'a/web@${parameters.digest}',
  })
  expect(shortName({ repository: 'a.example.com:5000/b/web' })).toBe('web')
})

test.each([
  [
    'https://github.com/o/r/tree/main/deploy/prod',
    { url: 'https://github.com/o/r.git', branch: 'main', path: 'deploy/prod' },
  ],
  [
    'https://github.com/o/r/blob/v1/a%20b.yaml',
    { url: 'https://github.com/o/r.git', branch: 'v1', path: 'a b.yaml' },
  ],
  [
    'https://gitlab.example.com/g/s/r/-/tree/main/deploy?ref_type=heads',
    { url: 'https://gitlab.example.com/g/s/r.git', branch: 'main', path: 'deploy' },
  ],
  [
    'https://gitea.example.com/o/r/src/branch/main/x',
    { url: 'https://gitea.example.com/o/r.git', branch: 'main', path: 'x' },
  ],
  ['https://bitbucket.org/o/r/src/main/', { url: 'https://bitbucket.org/o/r.git', branch: 'main' }],
  ['git@example.com:o/r.git', { url: 'git@example.com:o/r.git' }],
])('the repository %s', (text, place) => {
  expect(repositoryOf(text)).toEqual(place)
})

test('a page of a file is what its account reads', () => {
  expect(fileOf('https://github.com/o/r/blob/main/a/b.yaml', 'github/file')).toEqual({
    reference: 'https://api.github.com/repos/o/r/contents/a/b.yaml',
    version: 'main',
  })
  expect(fileOf('https://github.com/o/r/blob/main/a.yaml', 'http/file')).toEqual({
    reference: 'https://raw.githubusercontent.com/o/r/main/a.yaml',
  })
  expect(fileOf('https://lab.example.com/g/r/-/blob/main/a/b.yaml', 'gitlab/file')).toEqual({
    reference: 'https://lab.example.com/api/v4/projects/g%2Fr/repository/files/a%2Fb.yaml/raw',
    version: 'main',
  })
  expect(fileOf(' https://example.com/a.yaml ', 'http/file')).toEqual({
    reference: 'https://example.com/a.yaml',
  })
})

test('charts are found in an index', () => {
  const index = {
    entries: {
      web: [
        { version: '1.2.3', urls: ['web-1.2.3.tgz'] },
        { version: 2 },
        { version: '1.0.0', urls: ['https://cdn.example.com/web.tgz'] },
      ],
      none: [],
    },
  }
  expect(chartsOf(index, 'https://charts.example.com/stable/')).toEqual({
    web: [
      { version: '1.2.3', url: 'https://charts.example.com/stable/web-1.2.3.tgz' },
      { version: '1.0.0', url: 'https://cdn.example.com/web.tgz' },
    ],
  })
  expect(chartsOf('no index', 'https://charts.example.com')).toEqual({})
})

describe('an image', () => {
  test('is a Deployment and a Service, with its tag asked for', () => {
    const pipeline = pipelineOf(draft(), en.words)
    expect(pipeline).toMatchObject({
      application: 'shop',
      name: 'Deploy',
      parameterConfig: [{ name: 'tag', default: '1.29', required: true }],
      triggers: [],
    })
    const [stage] = objectsOf(pipeline['stages'])
    expect(stage).toMatchObject({
      type: 'deployManifest',
      refId: '1',
      requisiteStageRefIds: [],
      account: 'prod',
      namespaceOverride: 'shop',
      moniker: { app: 'shop' },
      source: 'text',
    })
    expect(objectsOf(stage?.['manifests']).map((m) => m['kind'])).toEqual([
      'Namespace',
      'Service',
      'Deployment',
    ])
    expect(at(stage, 'manifests', 2, 'spec', 'template', 'spec', 'containers', 0)).toEqual({
      name: 'nginx',
      image: 'nginx:${parameters.tag}',
      ports: [{ name: 'http', containerPort: 80 }],
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
    })
    expect(firstParameters(pipeline)).toEqual({ tag: '1.29' })
    expect(JSON.stringify(planOf(draft()))).not.toContain('${')
  })
  test('takes all that can be said of it', () => {
    const image = {
      ...emptyDraft.image,
      image: 'a/b:1',
      port: '8080',
      replicas: '0',
      expose: 'outside' as const,
      host: 'shop.example.com',
      check: '/ready',
      cpu: '',
      memory: '',
      memoryLimit: '',
      pullSecret: 'pull',
      env: [
        { name: 'A', value: '' },
        { name: '', value: '' },
      ],
    }
    const { network, workload } = manifestsOf(draft({ image, strategy: 'recreate', parameter: false }))
    expect(network.map((m) => m['kind'])).toEqual(['Service', 'Ingress'])
    expect(at(network, 1, 'spec', 'rules', 0, 'host')).toBe('shop.example.com')
    expect(workload).toMatchObject({
      spec: {
        replicas: 0,
        strategy: { type: 'Recreate' },
        template: {
          spec: {
            imagePullSecrets: [{ name: 'pull' }],
            containers: [
              {
                image: 'a/b:1',
                env: [{ name: 'A', value: '' }],
                readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
              },
            ],
          },
        },
      },
    })
    expect(JSON.stringify(workload)).not.toContain('resources')
  })
  test('whose traffic is switched has its service first', () => {
    const [network, deploy] = stagesOf(draft({ strategy: 'bluegreen' }))
    expect(objectsOf(network?.['manifests']).map((m) => m['kind'])).toEqual(['Namespace', 'Service'])
    expect(at(network, 'manifests', 1, 'spec', 'selector')).toEqual({ traffic: 'shop' })
    expect(deploy).toMatchObject({
      requisiteStageRefIds: ['1'],
      manifests: [{ kind: 'ReplicaSet' }],
      trafficManagement: {
        enabled: true,
        options: { services: ['service shop'], strategy: 'bluegreen', enableTraffic: true },
      },
    })
    expect(planOf(draft({ strategy: 'bluegreen' }))['trafficManagement']).toBeUndefined()
  })
  test('is shown before, or tried elsewhere before', () => {
    expect(stagesOf(draft({ way: 'ask' })).map((s) => [s['type'], s['name'], s['plan']])).toEqual([
      ['deployManifest', 'Plan', true],
      ['manualJudgment', 'Deploy?', undefined],
      ['deployManifest', 'Deploy', undefined],
    ])
    const staged = stagesOf(
      draft({
        way: 'staged',
        first: { account: 'test', namespace: 'staging' },
        image: { ...emptyDraft.image, image: 'web', expose: 'outside', host: 'a.example.com' },
      }),
    )
    expect(staged.map((s) => [s['name'], s['account'], s['namespaceOverride']])).toEqual([
      ['Deploy to staging', 'test', 'staging'],
      ['Promote to shop?', undefined, undefined],
      ['Deploy to shop', 'prod', 'shop'],
    ])
    expect(at(staged, 0, 'manifests', 2, 'spec', 'rules', 0, 'host')).toBe('staging.a.example.com')
    expect(new Set(staged.map((s) => s['name'])).size).toBe(3)
  })
})

test('a repository is an artifact', () => {
  const d = draft({
    kind: 'repository',
    repository: {
      ...emptyDraft.repository,
      account: 'git',
      url: 'https://git.example.com/a.git',
      branch: 'main',
      path: '/deploy/',
    },
  })
  expect(pipelineOf(d, en.words)).toMatchObject({
    parameterConfig: [{ name: 'branch', default: 'main' }],
    stages: [
      {
        source: 'artifact',
        manifestArtifact: {
          type: 'git/repo',
          artifactAccount: 'git',
          reference: 'https://git.example.com/a.git',
          version: '${parameters.branch}',
          location: 'deploy',
        },
      },
    ],
  })
  expect(planOf(d)).toMatchObject({
    type: 'deployManifest',
    source: 'artifact',
    manifestArtifact: { version: 'main' },
  })
  const file = {
    ...d,
    repository: {
      ...d.repository,
      from: 'file' as const,
      file: 'https://github.com/o/r/blob/main/a.yaml',
      fileAccount: 'hub',
    },
  }
  expect(pipelineOf(file, en.words, 'github/file')).toMatchObject({
    parameterConfig: [{ name: 'branch' }],
    stages: [
      { manifestArtifact: { type: 'github/file', artifactAccount: 'hub', version: '${parameters.branch}' } },
    ],
  })
  expect(pipelineOf(file, en.words, 'http/file')['parameterConfig']).toBeUndefined()
})

test('a chart is a release', () => {
  const chart = {
    ...emptyDraft.chart,
    from: 'account' as const,
    account: 'charts',
    name: 'web',
    version: '1.2.3',
    values: 'a: 1',
  }
  const d = draft({ kind: 'chart', name: 'Shop', chart })
  expect(pipelineOf(d, en.words)).toMatchObject({
    parameterConfig: [{ name: 'version', default: '1.2.3' }],
    stages: [
      {
        type: 'helmUpgrade',
        releaseName: 'shop',
        namespace: 'shop',
        values: 'a: 1',
        chartArtifact: {
          type: 'helm/chart',
          artifactAccount: 'charts',
          name: 'web',
          version: '${parameters.version}',
        },
      },
    ],
  })
  expect(planOf(d)).toMatchObject({ type: 'helmUpgrade', chartArtifact: { version: '1.2.3' } })
  const address = {
    ...d,
    chart: { ...chart, from: 'address' as const, url: 'https://charts.example.com/web-1.2.3.tgz' },
  }
  expect(stagesOf(address)[0]).toMatchObject({
    chartArtifact: {
      type: 'http/file',
      reference: 'https://charts.example.com/web-${parameters.version}.tgz',
    },
  })
  expect(
    stagesOf({ ...d, chart: { ...chart, from: 'archive', archive: 'https://example.com/c.tgz' } })[0],
  ).toMatchObject({ chartArtifact: { type: 'http/file', reference: 'https://example.com/c.tgz' } })
  expect(stagesOf({ ...d, way: 'ask' }).map((s) => s['plan'])).toEqual([true, undefined, undefined])
})

test('a pipeline from elsewhere keeps what it says, and loses what belonged there', () => {
  const read = importedOf(
    '{"id": "x", "name": "Roll / out", "application": "other", "stages": [{"type": "deployManifest", "account": "far", "strange": 1}], "index": 3}',
  )
  expect(read).toEqual({
    pipeline: {
      name: 'Roll / out',
      application: 'other',
      stages: [{ type: 'deployManifest', account: 'far', strange: 1 }],
    },
  })
  expect(accountsIn('pipeline' in read ? read.pipeline : {})).toEqual(['far'])
  expect(importedOf('name: a\nstages: []')).toMatchObject({ pipeline: { name: 'a' } })
  expect(pipelineOf(draft({ kind: 'import', text: 'name: a\nstages: []\nkeep: me' }), en.words)).toEqual({
    name: 'a',
    stages: [],
    keep: 'me',
    application: 'shop',
  })
  expect(importedOf('')).toEqual({ problem: 'empty' })
  expect(importedOf('[{"stages":[]},{"stages":[]}]')).toEqual({ problem: 'several' })
  expect(importedOf('hello')).toEqual({ problem: 'notObject' })
  expect(importedOf('a: 1')).toEqual({ problem: 'noStages' })
  expect(importedOf('{"a": ')).toHaveProperty('problem')
})

test('each step says what it lacks', () => {
  const d = draft()
  expect(problemsOf('name', d)).toEqual({})
  expect(problemsOf('name', d, new Set(['shop']))).toEqual({ name: 'taken' })
  expect(problemsOf('name', { ...d, made: { application: 'shop' } }, new Set(['shop']))).toEqual({})
  expect(problemsOf('what', emptyDraft)).toEqual({ image: 'imageMissing' })
  expect(
    problemsOf(
      'what',
      draft({ image: { ...d.image, port: '', replicas: 'x', cpu: 'much', env: [{ name: '1', value: '' }] } }),
    ),
  ).toEqual({ port: 'portMissing', replicas: 'replicasInvalid', cpu: 'quantityInvalid', env: 'envInvalid' })
  expect(problemsOf('where', emptyDraft)).toEqual({ account: 'accountMissing' })
  expect(
    problemsOf('where', draft({ way: 'staged', first: { account: 'prod', namespace: 'shop' } })),
  ).toEqual({ firstNamespace: 'samePlace' })
  expect(
    problemsOf('where', draft({ strategy: 'bluegreen', image: { ...d.image, expose: 'none' } })),
  ).toEqual({ strategy: 'needsService' })
  expect(stepsOf('nothing')).toEqual(['name', 'what'])
})

test('a draft that was kept is read with care', () => {
  expect(
    readDraft({
      name: 'a',
      image: { image: 7, port: '81', expose: 'x' },
      way: 'strange',
      kind: 'chart',
      made: { pipeline: 'id', other: 1 },
      strange: true,
    }),
  ).toEqual({
    ...emptyDraft,
    name: 'a',
    kind: 'chart',
    image: { ...emptyDraft.image, port: '81' },
    made: { pipeline: 'id' },
  })
  expect(readDraft('nonsense')).toEqual(emptyDraft)
})

test('hosts and amounts', () => {
  expect(['a.example.com', '*.example.com', 'localhost', 'A.example.com', 'a..b', ''].map(isHost)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
  expect(['', '100m', '1.5', '512Mi', '1e3', '-1', '5 Gi', '10Kib'].map(isQuantity)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ])
})
