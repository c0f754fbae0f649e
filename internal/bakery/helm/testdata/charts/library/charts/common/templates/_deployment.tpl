{{- define "common.deployment" -}}
{{- $top := first . -}}
{{- $over := fromYaml (include (index . 1) $top) -}}
{{- $base := fromYaml (include "common.base" $top) -}}
{{ toYaml (merge $over $base) }}
{{- end }}
{{- define "common.base" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Values.name }}
spec:
  template:
    spec:
      containers: {{- toYaml .Values.containers | nindent 8 }}
{{- end }}
