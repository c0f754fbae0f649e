{{/* The pod template, of the StatefulSet and of the Deployment. */}}
{{- define "gennaker.pod" -}}
{{- $keys := (include "gennaker.keys" . | fromJson).keys }}
{{- $sqlite := eq .Values.database.type "sqlite" -}}
metadata:
  labels:
    {{- include "gennaker.selectorLabels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # A change of the configuration replaces the pods.
    checksum/config: {{ include "gennaker.config" . | sha256sum }}
    {{- if .Values.database.url }}
    checksum/database: {{ .Values.database.url | sha256sum }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "gennaker.serviceAccount" . }}
  automountServiceAccountToken: {{ if include "gennaker.needsToken" . }}true{{ else }}false{{ end }}
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if not $sqlite }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "gennaker.selectorLabels" . | nindent 10 }}
  {{- end }}
  containers:
    - name: gennaker
      image: {{ include "gennaker.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [serve, --config, /etc/gennaker/config/gennaker.yaml]
      {{- if or (not $sqlite) .Values.extraEnv }}
      env:
        {{- if not $sqlite }}
        - name: GENNAKER_DATABASE_URL
          valueFrom:
            secretKeyRef:
              name: {{ include "gennaker.databaseSecret" . }}
              key: {{ .Values.database.existingSecretKey }}
        {{- end }}
        {{- with .Values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- end }}
      {{- with .Values.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - name: http
          containerPort: 8084
      startupProbe:
        httpGet: {path: /livez, port: http}
        periodSeconds: 2
        failureThreshold: 150
      livenessProbe:
        httpGet: {path: /livez, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /readyz, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 2
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        - {name: config, mountPath: /etc/gennaker/config, readOnly: true}
        {{- if $keys }}
        - {name: keys, mountPath: /etc/gennaker/keys, readOnly: true}
        {{- end }}
        - {name: data, mountPath: /data}
        - {name: tmp, mountPath: /tmp}
        {{- with .Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "gennaker.fullname" . }}
    {{- if $keys }}
    - name: keys
      projected:
        defaultMode: 0440
        sources:
          {{- range $i, $one := $keys }}
          - secret:
              name: {{ $one.secret }}
              items:
                - {key: {{ $one.key | default "key" }}, path: {{ $i | quote }}}
          {{- end }}
    {{- end }}
    - name: tmp
      emptyDir: {}
    {{- if not $sqlite }}
    - name: data
      emptyDir: {}
    {{- else if .Values.persistence.existingClaim }}
    - name: data
      persistentVolumeClaim:
        claimName: {{ .Values.persistence.existingClaim }}
    {{- end }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
