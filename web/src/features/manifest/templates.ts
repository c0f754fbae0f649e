// What a new object begins with, by its kind.

const meta = (name: string, namespace: string) => `metadata:
  name: ${name}
  namespace: ${namespace}
`

const pod = (name: string, indent: string) =>
  [
    'metadata:',
    '  labels:',
    `    app: ${name}`,
    'spec:',
    '  containers:',
    `    - name: ${name}`,
    '      image: nginx:1.29',
    '      ports:',
    '        - containerPort: 80',
    '      resources:',
    '        requests:',
    '          cpu: 100m',
    '          memory: 64Mi',
  ]
    .map((line) => indent + line)
    .join('\n')

const workload = (kind: string, more: string) => (name: string, namespace: string) => `apiVersion: apps/v1
kind: ${kind}
${meta(name, namespace)}spec:
${more.replaceAll('NAME', name)}  selector:
    matchLabels:
      app: ${name}
  template:
${pod(name, '    ')}
`

const job = (name: string, indent: string) =>
  [
    'backoffLimit: 2',
    'template:',
    '  spec:',
    '    restartPolicy: Never',
    '    containers:',
    `      - name: ${name}`,
    '        image: busybox:1.37',
    '        command: ["sh", "-c", "echo done"]',
  ]
    .map((line) => indent + line)
    .join('\n')

export const templates = {
  deployment: workload('Deployment', '  replicas: 2\n'),
  replicaSet: workload('ReplicaSet', '  replicas: 2\n'),
  statefulSet: workload('StatefulSet', '  replicas: 1\n  serviceName: NAME\n'),
  daemonSet: workload('DaemonSet', ''),
  job: (name: string, namespace: string) => `apiVersion: batch/v1
kind: Job
${meta(name, namespace)}spec:
${job(name, '  ')}
`,
  cronJob: (name: string, namespace: string) => `apiVersion: batch/v1
kind: CronJob
${meta(name, namespace)}spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
${job(name, '      ')}
`,
  service: (name: string, namespace: string) => `apiVersion: v1
kind: Service
${meta(name, namespace)}spec:
  selector:
    app: ${name}
  ports:
    - port: 80
      targetPort: 80
`,
  ingress: (name: string, namespace: string) => `apiVersion: networking.k8s.io/v1
kind: Ingress
${meta(name, namespace)}spec:
  rules:
    - host: ${name}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${name}
                port:
                  number: 80
`,
  networkPolicy: (name: string, namespace: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
${meta(name, namespace)}spec:
  podSelector:
    matchLabels:
      app: ${name}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
      ports:
        - port: 80
`,
  configMap: (name: string, namespace: string) => `apiVersion: v1
kind: ConfigMap
${meta(name, namespace)}data:
  greeting: hello
`,
  secret: (name: string, namespace: string) => `apiVersion: v1
kind: Secret
${meta(name, namespace)}type: Opaque
stringData:
  password: change-me
`,
  horizontalPodAutoscaler: (name: string, namespace: string) => `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
${meta(name, namespace)}spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${name}
  minReplicas: 2
  maxReplicas: 10
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 70
`,
  podDisruptionBudget: (name: string, namespace: string) => `apiVersion: policy/v1
kind: PodDisruptionBudget
${meta(name, namespace)}spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: ${name}
`,
  persistentVolumeClaim: (name: string, namespace: string) => `apiVersion: v1
kind: PersistentVolumeClaim
${meta(name, namespace)}spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
`,
} as const

export type Template = keyof typeof templates
export const templateNames = Object.keys(templates) as Template[]

/** A manifest to begin with. Names of objects may have fewer characters than those of applications. */
export function templateOf(kind: Template, app: string, namespace: string): string {
  const name =
    app
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'app'
  return templates[kind](name, namespace)
}
