{{- define "rodin-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "rodin-gateway.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := include "rodin-gateway.name" . }}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "rodin-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "rodin-gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: gateway
{{- end }}

{{/* Labels of every object. What the user adds cannot replace what selectors rest on. */}}
{{- define "rodin-gateway.labels" -}}
{{- $own := dict
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
  "app.kubernetes.io/name" (include "rodin-gateway.name" .)
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/managed-by" .Release.Service }}
{{- toYaml (mergeOverwrite (deepCopy .Values.commonLabels) $own) }}
{{- end }}

{{/* Labels of the pods: what selectors ask for wins over all else. */}}
{{- define "rodin-gateway.podLabels" -}}
{{- toYaml (mergeOverwrite (deepCopy .Values.podLabels) (include "rodin-gateway.labels" . | fromYaml) (include "rodin-gateway.selectorLabels" . | fromYaml)) }}
{{- end }}

{{/* Metadata of an object: (list $ suffix labels annotations). */}}
{{- define "rodin-gateway.metadata" -}}
{{- $root := index . 0 }}
{{- $annotations := mergeOverwrite (deepCopy $root.Values.commonAnnotations) (index . 3) -}}
name: {{ include "rodin-gateway.suffixed" (list $root (index . 1)) }}
namespace: {{ $root.Release.Namespace }}
labels:
  {{- toYaml (mergeOverwrite (deepCopy (index . 2)) (include "rodin-gateway.labels" $root | fromYaml)) | nindent 2 }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The name with a suffix, within the 63 characters of a name: (list $ suffix). */}}
{{- define "rodin-gateway.suffixed" -}}
{{- $suffix := index . 1 }}
{{- printf "%s%s" (include "rodin-gateway.fullname" (index . 0) | trunc (int (sub 63 (len $suffix))) | trimSuffix "-") $suffix }}
{{- end }}

{{- define "rodin-gateway.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "rodin-gateway.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "rodin-gateway.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag }}
{{- if .Values.image.native }}
{{- $tag = printf "%s-native" $tag }}
{{- end }}
{{- include "rodin-gateway.reference" (merge (dict "tag" $tag) .Values.image) }}
{{- end }}

{{- define "rodin-gateway.reference" -}}
{{- $name := printf "%s/%s" .registry .repository | trimPrefix "/" }}
{{- if .digest }}
{{- printf "%s@%s" $name .digest }}
{{- else }}
{{- printf "%s:%s" $name .tag }}
{{- end }}
{{- end }}

{{- define "rodin-gateway.maxReplicas" -}}
{{- if .Values.autoscaling.enabled }}{{ int .Values.autoscaling.maxReplicas }}{{ else }}{{ int .Values.replicaCount | max 1 }}{{ end }}
{{- end }}

{{/* What one replica may spend of the company's budget. */}}
{{- define "rodin-gateway.requestsPerMinute" -}}
{{- $replicas := include "rodin-gateway.maxReplicas" . | int }}
{{- $share := div (int .Values.rodin.requestsPerMinute) $replicas }}
{{- if lt (int $share) 1 }}
{{- fail (printf "rodin.requestsPerMinute is %d: that is less than one a minute for each of %d replicas. Raise it, or have fewer replicas." (int .Values.rodin.requestsPerMinute) $replicas) }}
{{- end }}
{{- $share }}
{{- end }}

{{/* The environment variables that the chart sets, which extraEnv may not. */}}
{{- define "rodin-gateway.env" -}}
- name: RODIN_API_KEY_FILE
  value: /etc/rodin-gateway/api-key/{{ .Values.existingSecretKey }}
- name: RODIN_URL
  value: {{ .Values.rodin.url | quote }}
- name: GATEWAY_UPSTREAM_REQUESTS_PER_MINUTE
  value: {{ include "rodin-gateway.requestsPerMinute" . | quote }}
- name: GATEWAY_UPSTREAM_TIMEOUT
  value: {{ .Values.gateway.upstreamTimeout | quote }}
- name: GATEWAY_FRESHNESS_WAITING
  value: {{ .Values.gateway.freshness.waiting | quote }}
- name: GATEWAY_FRESHNESS_GENERATING
  value: {{ .Values.gateway.freshness.generating | quote }}
- name: GATEWAY_FRESHNESS_TERMINAL
  value: {{ .Values.gateway.freshness.terminal | quote }}
- name: GATEWAY_FRESHNESS_NOT_FOUND
  value: {{ .Values.gateway.freshness.notFound | quote }}
- name: GATEWAY_STALE_FOR
  value: {{ .Values.gateway.staleFor | quote }}
- name: GATEWAY_CACHE_MAXIMUM_SIZE
  value: {{ int64 .Values.gateway.cacheMaximumSize | quote }}
- name: GATEWAY_WATCHERS_MAXIMUM
  value: {{ int64 .Values.gateway.watchersMaximum | quote }}
{{- with .Values.gateway.corsOrigins }}
- name: GATEWAY_CORS_ORIGINS
  value: {{ join "," . | quote }}
{{- end }}
- name: GATEWAY_WATCH_PAGE
  value: {{ .Values.gateway.watchPage | quote }}
- name: QUARKUS_LOG_LEVEL
  value: {{ .Values.gateway.logLevel | quote }}
- name: QUARKUS_SHUTDOWN_DELAY
  value: {{ printf "%ds" (int .Values.drain.delaySeconds) | quote }}
- name: QUARKUS_SHUTDOWN_TIMEOUT
  value: {{ printf "%ds" (int .Values.drain.timeoutSeconds) | quote }}
{{- with .Values.tracing.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: {{ $.Values.tracing.protocol | quote }}
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ $.Values.tracing.sampleRatio | quote }}
{{- end }}
{{- end }}

{{/* The paths of the page for watching a task, where there is one, as a JSON array. */}}
{{- define "rodin-gateway.pagePaths" -}}
{{- ternary (list "/" "/watch.css" "/watch.js" "/rodin-task.js") list .Values.gateway.watchPage | toJson }}
{{- end }}

{{/* The port that a URL leads to. */}}
{{- define "rodin-gateway.port" -}}
{{- $url := urlParse . }}
{{- regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (ternary "443" "80" (eq $url.scheme "https")) }}
{{- end }}

{{- define "rodin-gateway.gracePeriod" -}}
{{- /* 5 s more than the gateway's own limits, for the process to end by itself. */ -}}
{{- add (int .Values.drain.preStopSeconds) (int .Values.drain.delaySeconds) (int .Values.drain.timeoutSeconds) 5 }}
{{- end }}

{{- define "rodin-gateway.checks" -}}
{{- if not .Values.existingSecret }}
{{- fail "existingSecret is required: the name of a Secret that holds Rodin's API key. Make it with: kubectl create secret generic rodin-api-key --from-file=api-key=FILE" }}
{{- end }}
{{- if and .Values.autoscaling.enabled (lt (int .Values.autoscaling.maxReplicas) (int .Values.autoscaling.minReplicas)) }}
{{- fail "autoscaling.maxReplicas is less than autoscaling.minReplicas" }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.parentRefs is required when httpRoute.enabled is set: the Gateways that the route belongs to" }}
{{- end }}
{{- if and .Values.taskAffinity.enabled (not .Values.taskAffinity.istio) (or (not .Values.ingress.enabled) (eq .Values.ingress.controller "none")) }}
{{- fail "taskAffinity.enabled needs an ingress with ingress.controller haproxy-ingress or ingress-nginx, or taskAffinity.istio" }}
{{- end }}
{{- if and .Values.drain.preStopSeconds (semverCompare "<1.30.0-0" .Capabilities.KubeVersion.Version) }}
{{- fail (printf "drain.preStopSeconds needs Kubernetes 1.30 or newer, and this is %s: leave it at 0 and raise drain.delaySeconds" .Capabilities.KubeVersion.Version) }}
{{- end }}
{{- if and .Values.taskAffinity.istio (not .Values.taskAffinity.enabled) }}
{{- fail "taskAffinity.istio has no effect without taskAffinity.enabled" }}
{{- end }}
{{- $own := list "RODIN_API_KEY" }}
{{- range include "rodin-gateway.env" . | fromYamlArray }}
{{- $own = append $own .name }}
{{- end }}
{{- range .Values.extraEnv }}
{{- /* As the gateway reads them: rodin.api-key is RODIN_API_KEY. */ -}}
{{- if has (regexReplaceAll "[^A-Z0-9]" (upper .name) "_") $own }}
{{- fail (printf "extraEnv may not have %s: the chart sets it from values of its own, and the API key comes from existingSecret" .name) }}
{{- end }}
{{- end }}
{{- end }}
