import { test } from './kit'
import { looks } from './looks'

// Every page in each of its looks: there is something on it, axe finds nothing
// serious, nothing is wider than the screen, and its picture is kept to be looked at.

type Ids = { templated: string; waiting: string; failed: string; pipeline: string; task: string }

// What somebody has written by now of a new application.
const draft = {
  name: 'checkout',
  email: 'team@example.com',
  image: { image: 'registry.example.com/shop/checkout:2.4' },
  place: { account: 'sandbox', namespace: 'checkout' },
}
const chart = {
  ...draft,
  kind: 'chart',
  chart: {
    from: 'archive',
    archive: 'https://charts.example.com/checkout-1.2.3.tgz',
    values: 'replicas: 2\n',
  },
}
const repository = {
  ...draft,
  kind: 'repository',
  repository: { url: 'https://git.example.com/shop/checkout.git', path: 'deploy' },
}

const pages: {
  name: string
  path: (ids: Ids) => string
  shows: string | RegExp
  draft?: object
  nothing?: boolean
}[] = [
  { name: 'home', path: () => '/', shows: 'billing' },
  { name: 'home-first', path: () => '/', nothing: true, shows: /Get started|快速上手/ },
  { name: 'create', path: () => '/new', shows: /Name the application|为应用命名/ },
  { name: 'create-image', path: () => '/new?step=what', draft, shows: /^Access|访问范围/ },
  {
    name: 'create-repository',
    path: () => '/new?step=what',
    draft: repository,
    shows: /Repository URL|仓库地址/,
  },
  {
    name: 'create-chart',
    path: () => '/new?step=what',
    draft: chart,
    shows: /Overrides the chart’s values|覆盖 Chart/,
  },
  {
    name: 'create-where',
    path: () => '/new?step=where',
    draft: { ...draft, way: 'staged' },
    shows: /First namespace|先部署到命名空间/,
  },
  {
    name: 'create-preview',
    path: () => '/new?step=preview',
    draft: { ...draft, way: 'ask' },
    shows: /Server-side dry run|服务端试运行/,
  },
  { name: 'overview', path: () => '/applications/shop', shows: 'Release to everybody?' },
  {
    name: 'overview-empty',
    path: () => '/applications/gateway',
    shows: /No runs yet|还没有运行/,
  },
  { name: 'executions', path: () => '/applications/shop/executions', shows: 'Broken on purpose' },
  {
    name: 'start',
    path: () => '/applications/shop/executions?start=Deploy%20to%20production',
    shows: /Dry run|试运行/,
  },
  {
    name: 'execution',
    path: (ids) => `/applications/shop/executions/${ids.waiting}`,
    shows: 'Release to everybody?',
  },
  {
    name: 'execution-failed',
    path: (ids) => `/applications/shop/executions/${ids.failed}`,
    shows: /Nobody is on call/,
  },
  {
    name: 'compare',
    path: (ids) => `/applications/shop/executions/${ids.waiting}/compare`,
    shows: /nginx:1.28/,
  },
  {
    name: 'timeline',
    path: (ids) => `/applications/shop/executions/${ids.waiting}?view=timeline`,
    shows: 'Smoke test',
  },
  {
    name: 'report',
    path: (ids) => `/applications/shop/executions/${ids.failed}?view=report`,
    shows: /Nobody is on call/,
  },
  {
    name: 'stage-deploy',
    path: (ids) => `/applications/shop/executions/${ids.waiting}?stage=1`,
    shows: 'networkPolicy shop',
  },
  {
    name: 'stage-context',
    path: (ids) => `/applications/shop/executions/${ids.failed}?tab=context`,
    shows: 'preconditions',
  },
  { name: 'clusters', path: () => '/applications/shop/infrastructure', shows: 'nginx:1.29' },
  {
    name: 'instances',
    path: () => '/applications/shop/infrastructure?kind=instances',
    shows: /Healthy|健康/,
  },
  {
    name: 'load-balancers',
    path: () => '/applications/shop/infrastructure?kind=loadBalancers',
    shows: '4/4',
  },
  { name: 'objects', path: () => '/applications/shop/infrastructure?kind=resources', shows: 'deployment' },
  {
    name: 'firewalls',
    path: () => '/applications/shop/infrastructure?kind=firewalls',
    shows: 'networkPolicy',
  },
  {
    name: 'object',
    path: () => '/applications/shop/infrastructure?in=sandbox&at=default&show=deployment%20shop',
    shows: 'Deployment has minimum availability',
  },
  {
    name: 'tree',
    path: () => '/applications/shop/infrastructure?in=sandbox&at=default&show=deployment%20shop&tab=tree',
    shows: 'replicaSet',
  },
  {
    name: 'manifest',
    path: () => '/applications/shop/infrastructure?in=sandbox&at=default&show=deployment%20shop&tab=manifest',
    shows: 'apiVersion: apps/v1',
  },
  {
    name: 'action-scale',
    path: () => '/applications/shop/infrastructure?in=sandbox&at=default&show=deployment%20shop&do=scale',
    shows: /Shown in the task log|显示在任务记录中/,
  },
  {
    name: 'action-undo',
    path: () => '/applications/shop/infrastructure?in=sandbox&at=default&show=deployment%20shop&do=undo',
    shows: /Pod differences from|的 Pod 差异/,
  },
  {
    name: 'action-delete',
    path: () => '/applications/shop/infrastructure?in=sandbox&at=default&show=deployment%20shop&do=delete',
    shows: /along with 2 replicaSet|2 replicaSet/,
  },
  {
    name: 'manifest-edit',
    path: () => '/applications/shop/infrastructure/edit?in=sandbox&at=default&show=deployment%20shop',
    shows: 'progressDeadlineSeconds',
  },
  {
    name: 'manifest-deploy',
    path: () => '/applications/shop/infrastructure/deploy?template=service',
    shows: 'targetPort',
  },
  { name: 'tasks', path: () => '/applications/shop/tasks', shows: /Save pipeline/ },
  { name: 'task', path: (ids) => `/tasks/${ids.task}`, shows: 'the sale begins' },
  { name: 'settings', path: () => '/applications/shop/settings', shows: 'cloudProviders' },
  { name: 'about', path: () => '/about', shows: '/v3/api-docs' },
  { name: 'design', path: () => '/about/design', shows: 'Controls' },
  { name: 'projects', path: () => '/projects', shows: /See related applications together|集中查看相关应用/ },
  {
    name: 'project-create',
    path: () => '/projects?create=true',
    shows: /any stack or detail|任意 stack 或 detail/,
  },
  { name: 'accounts', path: () => '/accounts', shows: 'sandbox' },
  { name: 'account', path: () => '/accounts/sandbox', shows: 'deployment' },
  {
    name: 'account-test',
    path: () => '/accounts/sandbox?tab=test',
    shows: /Opens a new connection|新建连接/,
  },
  {
    name: 'account-types',
    path: () => '/accounts?add=true',
    shows: /What do you want to connect|要连接什么/,
  },
  { name: 'account-add', path: () => '/accounts?add=kubernetes', shows: 'kubectl config view' },
  {
    name: 'editor',
    path: (ids) => `/applications/shop/pipelines/${ids.pipeline}/edit`,
    shows: 'Release to everybody?',
  },
  {
    name: 'editor-stage',
    path: (ids) => `/applications/shop/pipelines/${ids.pipeline}/edit?stage=1`,
    shows: 'networking.k8s.io/v1',
  },
  {
    name: 'editor-code',
    path: (ids) => `/applications/shop/pipelines/${ids.pipeline}/edit?view=code`,
    shows: 'parameterConfig',
  },
  {
    name: 'editor-try',
    path: (ids) => `/applications/shop/pipelines/${ids.pipeline}/edit?try=true&run=${ids.waiting}`,
    shows: /Evaluate in|所处阶段/,
  },
  {
    name: 'editor-template',
    path: (ids) => `/applications/search-index/pipelines/${ids.templated}/edit`,
    shows: 'Once more',
  },
  {
    name: 'pipeline-create',
    path: () => '/applications/shop/executions?create=true',
    shows: /From a template|从模板/,
  },
  {
    name: 'pipelines-reorder',
    path: () => '/applications/shop/executions?reorder=true',
    shows: /Reorder pipelines|调整流水线顺序/,
  },
  { name: 'templates', path: () => '/templates', shows: 'Wait a while' },
  { name: 'template', path: () => '/templates/wait-a-while', shows: 'Waits as the template says' },
  {
    name: 'template-use',
    path: () => '/templates/wait-a-while?use=true',
    shows: 'How long to wait at first',
  },
  { name: 'template-create', path: () => '/templates?create=true', shows: 'templateVariables.seconds' },
  { name: 'missing', path: () => '/no/such/page', shows: /Page not found|页面不存在/ },
]

// No page waits for another: both workers share them.
test.describe.configure({ mode: 'parallel' })

for (const { name, path, shows, draft: written, nothing } of pages) {
  test(name, async ({ page, open, seeded }) => {
    if (nothing)
      await page.route(/\/(applications|credentials\?expand=true)$/, (route) => route.fulfill({ json: [] }))
    if (written)
      await page.addInitScript((text) => {
        sessionStorage.setItem('gennaker.new', text)
      }, JSON.stringify(written))
    await open(path(seeded))
    await looks(page, name, shows)
  })
}
