{{/* The short name: the chart's, or nameOverride. */}}
{{- define "gennaker.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/*
The name of all objects: the release's, with the chart's name if it isn't part of it.
It is short enough for the names that are made from it.
*/}}
{{- define "gennaker.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 48 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 48 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "gennaker.selectorLabels" -}}
app.kubernetes.io/name: {{ include "gennaker.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "gennaker.labels" -}}
{{ include "gennaker.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "gennaker.image" -}}
{{- with .Values.image.digest }}{{ $.Values.image.repository }}@{{ . }}
{{- else }}{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{- define "gennaker.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ default (include "gennaker.fullname" .) .Values.serviceAccount.name }}
{{- else }}{{ default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* "true" if pipelines may deploy to this cluster. */}}
{{- define "gennaker.deploysHere" -}}
{{- if or .Values.kubernetes.clusterWide .Values.kubernetes.namespaces }}true{{ end }}
{{- end }}

{{/* "true" if the pod calls this cluster's API. */}}
{{- define "gennaker.needsToken" -}}
{{- if or (include "gennaker.deploysHere" .) .Values.kubernetes.readSecrets }}true{{ end }}
{{- end }}

{{- define "gennaker.replicas" -}}
{{- if kindIs "invalid" .Values.replicas }}{{ ternary 2 1 (eq .Values.database.type "postgresql") }}
{{- else }}{{ int .Values.replicas }}
{{- end }}
{{- end }}

{{- define "gennaker.databaseSecret" -}}
{{- default (printf "%s-database" (include "gennaker.fullname" .)) .Values.database.existingSecret }}
{{- end }}

{{/* "true" if the configuration names keys itself, such as a key management service's. */}}
{{- define "gennaker.foreignKeys" -}}
{{- if dig "secrets" "encryption" "keys" false .Values.config }}true{{ end }}
{{- end }}

{{/* The Secrets with encryption keys, as JSON: {"keys": [{"secret": ..., "key": ...}]}. */}}
{{- define "gennaker.keys" -}}
{{- if include "gennaker.foreignKeys" . }}{{ dict "keys" list | toJson }}
{{- else if .Values.encryption.keys }}{{ dict "keys" .Values.encryption.keys | toJson }}
{{- else }}{{ dict "keys" (list (dict "secret" (printf "%s-encryption" (include "gennaker.fullname" .)) "key" "key")) | toJson }}
{{- end }}
{{- end }}

{{/* The URL under which people open Gennaker. */}}
{{- define "gennaker.baseUrl" -}}
{{- if .Values.baseUrl }}{{ .Values.baseUrl }}
{{- else if and .Values.ingress.enabled .Values.ingress.host }}{{ ternary "https" "http" .Values.ingress.tls.enabled }}://{{ .Values.ingress.host }}
{{- end }}
{{- end }}

{{/*
The configuration file: the values' config over what the chart sets. The account of this
cluster and the Ingress's further hosts are added to the lists there.
*/}}
{{- define "gennaker.config" -}}
{{- $config := dict "server" (dict "listen" ":8084" "shutdownDelay" "5s") "logging" (dict "format" "json") "dataDir" "/data" }}
{{- with include "gennaker.baseUrl" . }}
{{- $_ := set $config.server "baseUrl" . }}
{{- end }}
{{- $keys := list }}
{{- range $i, $_ := (include "gennaker.keys" . | fromJson).keys }}
{{- $keys = append $keys (printf "file:/etc/gennaker/keys/%d" $i) }}
{{- end }}
{{- if $keys }}
{{- $_ := set $config "secrets" (dict "encryption" (dict "keys" $keys)) }}
{{- end }}
{{- $config = mustMergeOverwrite $config (deepCopy .Values.config) }}
{{- if and .Values.ingress.enabled .Values.ingress.extraHosts }}
{{- $_ := set $config.server "allowedHosts" (concat (default list $config.server.allowedHosts) .Values.ingress.extraHosts | uniq) }}
{{- end }}
{{- if include "gennaker.deploysHere" . }}
{{- $account := dict "name" .Values.kubernetes.account "serviceAccount" true }}
{{- if not .Values.kubernetes.clusterWide }}
{{- $_ := set $account "namespaces" .Values.kubernetes.namespaces }}
{{- end }}
{{- $kubernetes := default dict $config.kubernetes }}
{{- $_ := set $kubernetes "accounts" (prepend (default list $kubernetes.accounts) $account) }}
{{- $_ := set $config "kubernetes" $kubernetes }}
{{- end }}
{{- toYaml $config }}
{{- end }}

{{/* Refuses values that contradict each other, with a sentence that says what to do. */}}
{{- define "gennaker.check" -}}
{{- $replicas := int (include "gennaker.replicas" .) }}
{{- if and (eq .Values.database.type "sqlite") (ne $replicas 1) }}
{{- fail (printf "replicas is %d, but SQLite allows exactly one process: remove replicas, or set database.type to postgresql" $replicas) }}
{{- end }}
{{- if eq .Values.database.type "postgresql" }}
{{- if not (or .Values.database.url .Values.database.existingSecret) }}
{{- fail "database.type is postgresql, so set database.existingSecret to a Secret with the database's URL, or set database.url" }}
{{- end }}
{{- else if or .Values.database.url .Values.database.existingSecret }}
{{- fail "database.url and database.existingSecret are for PostgreSQL: set database.type to postgresql too" }}
{{- end }}
{{- if and .Values.database.url .Values.database.existingSecret }}
{{- fail "set database.url or database.existingSecret, not both" }}
{{- end }}
{{- if .Values.config.dataDir }}
{{- fail "config.dataDir: the chart sets it to /data; use persistence for the volume there" }}
{{- end }}
{{- if dig "database" "url" "" .Values.config }}
{{- fail "config.database.url: set database.type, and database.existingSecret or database.url, instead" }}
{{- end }}
{{- if dig "server" "listen" "" .Values.config }}
{{- fail "config.server.listen: the chart sets it to :8084; use service.port for another port of the Service" }}
{{- end }}
{{- if .Values.config.roles }}
{{- fail "config.roles: remove it; each pod of this chart runs all roles, and several pods share the work" }}
{{- end }}
{{- if and .Values.encryption.keys (include "gennaker.foreignKeys" .) }}
{{- fail "set encryption.keys or config.secrets.encryption.keys, not both" }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}
{{- fail "ingress.enabled is true, so set ingress.host" }}
{{- end }}
{{- if and .Values.kubernetes.clusterWide .Values.kubernetes.namespaces }}
{{- fail "set kubernetes.clusterWide or kubernetes.namespaces, not both" }}
{{- end }}
{{- end }}
