{{- define "rodin-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Starts with a letter and contains no dot, as required for the name of a Service but not for that of a release. */}}
{{- define "rodin-gateway.fullname" -}}
{{- $name := include "rodin-gateway.name" . }}
{{- $release := .Release.Name | replace "." "-" }}
{{- $full := printf "%s-%s" $release $name }}
{{- if .Values.fullnameOverride }}
{{- $full = .Values.fullnameOverride }}
{{- else if regexMatch "^[0-9]" $release }}
{{- $full = printf "%s-%s" $name $release }}
{{- else if contains $name $release }}
{{- $full = $release }}
{{- end }}
{{- regexReplaceAll "-+$" (trunc 63 $full) "" }}
{{- end }}

{{- define "rodin-gateway.selectorLabels" -}}
{{- include "rodin-gateway.componentLabels" (list $ "gateway") }}
{{- end }}

{{/* Labels that select the pods of a component of this release: (list $ component). */}}
{{- define "rodin-gateway.componentLabels" -}}
{{- $root := index . 0 }}
{{- toYaml (dict
  "app.kubernetes.io/name" (include "rodin-gateway.name" $root)
  "app.kubernetes.io/instance" $root.Release.Name
  "app.kubernetes.io/component" (index . 1)) }}
{{- end }}

{{/* Labels of every object. Labels of the user cannot replace those of selectors. */}}
{{- define "rodin-gateway.labels" -}}
{{- $own := dict
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
  "app.kubernetes.io/name" (include "rodin-gateway.name" .)
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/managed-by" .Release.Service }}
{{- toYaml (mergeOverwrite (deepCopy .Values.commonLabels) $own) }}
{{- end }}

{{/* Labels of the pods; those of selectors take precedence. None changes with the chart's version, because then each upgrade would replace all pods. */}}
{{- define "rodin-gateway.podLabels" -}}
{{- toYaml (mergeOverwrite (deepCopy .Values.commonLabels) (deepCopy .Values.podLabels) (include "rodin-gateway.selectorLabels" . | fromYaml)) }}
{{- end }}

{{/* Metadata of an object: (list $ suffix labels annotations). */}}
{{- define "rodin-gateway.metadata" -}}
{{- $root := index . 0 }}
{{- $annotations := mergeOverwrite (deepCopy $root.Values.commonAnnotations) (index . 3) -}}
name: {{ include "rodin-gateway.suffixed" (list $root (index . 1)) | quote }}
namespace: {{ $root.Release.Namespace | quote }}
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

{{/* The number of pods that a rollout adds temporarily: a percentage applies to the replicas and is rounded up, as in Kubernetes. */}}
{{- define "rodin-gateway.surge" -}}
{{- $strategy := .Values.updateStrategy }}
{{- $surge := "0" }}
{{- if eq $strategy.type "RollingUpdate" }}
{{- $surge = dig "maxSurge" "25%" (default dict $strategy.rollingUpdate) | toString }}
{{- end }}
{{- if hasSuffix "%" $surge }}
{{- div (add (mul (include "rodin-gateway.maxReplicas" . | int) (trimSuffix "%" $surge | int)) 99) 100 }}
{{- else }}
{{- $surge }}
{{- end }}
{{- end }}

{{/* Whether replicas share a store, and with it one budget: "true", or empty. Decided here only. */}}
{{- define "rodin-gateway.sharedStore" -}}
{{- $shared := or .Values.valkey.enabled .Values.redis.url }}
{{- range .Values.extraEnv }}
{{- if eq (regexReplaceAll "[^A-Z0-9]" (upper .name) "_") "GATEWAY_REDIS_URL" }}
{{- $shared = true }}
{{- end }}
{{- end }}
{{- if $shared }}true{{ end }}
{{- end }}

{{/* The Secret with the shared store's credentials, or empty: its name, and the files that its keys are mounted as. */}}
{{- define "rodin-gateway.redisSecret" -}}
{{- $secret := dict }}
{{- if .Values.valkey.enabled }}
{{- $secret = dict
  "name" (.Values.valkey.existingSecret | default (include "rodin-gateway.suffixed" (list $ "-valkey")))
  "files" (dict "password" (ternary .Values.valkey.existingSecretKey "password" (ne .Values.valkey.existingSecret ""))) }}
{{- else if .Values.redis.existingSecret }}
{{- $files := dict }}
{{- range $file, $key := dict
  "password" .Values.redis.secretKeys.password
  "ca.crt" .Values.redis.secretKeys.ca
  "tls.crt" .Values.redis.secretKeys.certificate
  "tls.key" .Values.redis.secretKeys.privateKey }}
{{- with $key }}
{{- $_ := set $files $file . }}
{{- end }}
{{- end }}
{{- $secret = dict "name" .Values.redis.existingSecret "files" $files }}
{{- end }}
{{- toYaml $secret }}
{{- end }}

{{/* Environment variables for the shared store. */}}
{{- define "rodin-gateway.redisEnv" -}}
{{- $env := dict }}
{{- if or .Values.valkey.enabled .Values.redis.url }}
{{- $_ := set $env "GATEWAY_REDIS_URL" .Values.redis.url }}
{{- $_ := set $env "GATEWAY_REDIS_TYPE" .Values.redis.type }}
{{- $_ := set $env "GATEWAY_REDIS_TIMEOUT" .Values.redis.timeout }}
{{- $_ := set $env "GATEWAY_REDIS_MASTER" .Values.redis.master }}
{{- $_ := set $env "GATEWAY_REDIS_NAMESPACE" .Values.redis.namespace }}
{{- $_ := set $env "GATEWAY_REDIS_USERNAME" .Values.redis.username }}
{{- /* The divisor of the budget until a store that cannot be reached at first has said how many there are. */}}
{{- $_ := set $env "GATEWAY_REDIS_EXPECTED_REPLICAS" (include "rodin-gateway.maxPods" . | int | min 1000 | toString) }}
{{- if .Values.valkey.enabled }}
{{- $_ := set $env "GATEWAY_REDIS_URL" (printf "redis://%s:6379" (include "rodin-gateway.suffixed" (list $ "-valkey"))) }}
{{- $_ := set $env "GATEWAY_REDIS_USERNAME" "gateway" }}
{{- end }}
{{- $variables := dict
  "password" "GATEWAY_REDIS_PASSWORD_FILE"
  "ca.crt" "GATEWAY_REDIS_CA_FILE"
  "tls.crt" "GATEWAY_REDIS_CERT_FILE"
  "tls.key" "GATEWAY_REDIS_KEY_FILE" }}
{{- range $file, $key := dig "files" dict (include "rodin-gateway.redisSecret" . | fromYaml) }}
{{- $_ := set $env (get $variables $file) (printf "/etc/rodin-gateway/redis/%s" $file) }}
{{- end }}
{{- end }}
{{- range $name, $value := $env }}
{{- with $value }}
- name: {{ $name }}
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* The maximum number of pods, including those of a rollout. */}}
{{- define "rodin-gateway.maxPods" -}}
{{- add (include "rodin-gateway.maxReplicas" . | int) (include "rodin-gateway.surge" . | int) }}
{{- end }}

{{/* The number of pods among which the budget is divided. */}}
{{- define "rodin-gateway.spenders" -}}
{{- if include "rodin-gateway.sharedStore" . }}1{{ else }}{{ include "rodin-gateway.maxPods" . }}{{ end }}
{{- end }}

{{/* The share of the company's budget for one replica. */}}
{{- define "rodin-gateway.requestsPerMinute" -}}
{{- $spenders := include "rodin-gateway.spenders" . | int }}
{{- $share := div (int .Values.rodin.requestsPerMinute) $spenders }}
{{- if lt (int $share) 1 }}
{{- fail (printf "rodin.requestsPerMinute is %d: that is less than one per minute for each of %d pods, including those of a rollout. Raise it, or use fewer replicas." (int .Values.rodin.requestsPerMinute) $spenders) }}
{{- end }}
{{- $share }}
{{- end }}

{{/*
The number of replicas. With an autoscaler, the current number in the cluster, because the API server would set an omitted
number to 1. Empty without a cluster or before the installation. An autoscaler does not scale up from 0 replicas, so 0 is
replaced by its minimum.
*/}}
{{- define "rodin-gateway.replicas" -}}
{{- if not .Values.autoscaling.enabled }}
{{- int .Values.replicaCount }}
{{- else }}
{{- $name := include "rodin-gateway.fullname" . }}
{{- $live := lookup "apps/v1" "Deployment" .Release.Namespace $name }}
{{- $replicas := dig "spec" "replicas" "" $live | toString }}
{{- if and $replicas (not (lookup "autoscaling/v2" "HorizontalPodAutoscaler" .Release.Namespace $name)) }}
{{- $replicas = max (int $replicas) (int .Values.autoscaling.minReplicas) | toString }}
{{- end }}
{{- $replicas }}
{{- end }}
{{- end }}

{{/* The metrics of the autoscaler. */}}
{{- define "rodin-gateway.metrics" -}}
{{- $metrics := list }}
{{- with int .Values.autoscaling.targetCPUUtilizationPercentage }}
{{- $metrics = append $metrics (dict "type" "Resource" "resource" (dict
  "name" "cpu" "target" (dict "type" "Utilization" "averageUtilization" .))) }}
{{- end }}
{{- range $metric, $target := dict
  "gateway_watchers" .Values.autoscaling.targetWatchers
  "gateway_lookups_per_second" .Values.autoscaling.targetLookupsPerSecond }}
{{- with int $target }}
{{- $metrics = append $metrics (dict "type" "Pods" "pods" (dict
  "metric" (dict "name" $metric) "target" (dict "type" "AverageValue" "averageValue" (toString .)))) }}
{{- end }}
{{- end }}
{{- toYaml (concat $metrics .Values.autoscaling.metrics) }}
{{- end }}

{{/* A probe. Another handler replaces the default's httpGet, which Helm would merge with it. */}}
{{- define "rodin-gateway.probe" -}}
{{- toYaml (ternary (omit . "httpGet") . (gt (len (pick . "exec" "grpc" "tcpSocket")) 0)) }}
{{- end }}

{{- define "rodin-gateway.resources" -}}
{{- include "rodin-gateway.withMemoryRequest" (ternary .Values.nativeResources .Values.resources .Values.image.native) }}
{{- end }}

{{/* Memory is not overcommitted: by default the request is the limit. */}}
{{- define "rodin-gateway.withMemoryRequest" -}}
{{- $resources := deepCopy . }}
{{- $memory := dict "memory" (dig "limits" "memory" "" $resources) }}
{{- if $memory.memory }}
{{- $_ := set $resources "requests" (merge (default dict $resources.requests) $memory) }}
{{- end }}
{{- toYaml $resources }}
{{- end }}

{{/* A Kubernetes quantity as a number, for comparisons. */}}
{{- define "rodin-gateway.amount" -}}
{{- $number := regexFind "^[0-9.]+([eE][-+]?[0-9]+)?" (toString .) }}
{{- $unit := trimPrefix $number (toString .) }}
{{- $units := dict "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18
  "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0 }}
{{- mulf (float64 $number) (get $units $unit | default 1.0) }}
{{- end }}

{{/* The environment variables that the chart sets and extraEnv must not set. */}}
{{- define "rodin-gateway.env" -}}
- name: RODIN_API_KEY_FILE
  value: {{ printf "/etc/rodin-gateway/api-key/%s" .Values.existingSecretKey | quote }}
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
# The ports of the Service, the probes and the NetworkPolicy: a ConfigMap of extraEnvFrom cannot set these variables.
- name: QUARKUS_HTTP_PORT
  value: "8080"
- name: QUARKUS_MANAGEMENT_PORT
  value: "9000"
- name: QUARKUS_LOG_LEVEL
  value: {{ .Values.gateway.logLevel | quote }}
- name: QUARKUS_SHUTDOWN_DELAY
  value: {{ printf "%ds" (int .Values.drain.delaySeconds) | quote }}
- name: QUARKUS_SHUTDOWN_TIMEOUT
  value: {{ printf "%ds" (int .Values.drain.timeoutSeconds) | quote }}
{{- include "rodin-gateway.redisEnv" . }}
{{- with .Values.tracing.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: {{ $.Values.tracing.protocol | quote }}
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ $.Values.tracing.sampleRatio | quote }}
{{- end }}
{{- end }}

{{/* The paths of the watch page as a JSON array, which is empty if the page is disabled. */}}
{{- define "rodin-gateway.pagePaths" -}}
{{- ternary (list "/" "/watch.css" "/watch.js" "/rodin-task.js") list .Values.gateway.watchPage | toJson }}
{{- end }}

{{/* The port of a URL. */}}
{{- define "rodin-gateway.port" -}}
{{- $url := urlParse . }}
{{- regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (ternary "443" "80" (eq $url.scheme "https")) }}
{{- end }}

{{/* The ports of the hosts in redis.url and those of networkPolicy.redisPorts, as a JSON array. With Sentinel also 6379, the usual port of the servers. */}}
{{- define "rodin-gateway.redisPorts" -}}
{{- $ports := list }}
{{- range regexSplit "," (regexReplaceAll "^[a-z]+://|/[0-9]*$" .Values.redis.url "") -1 }}
{{- $ports = append $ports (regexFind ":[0-9]+$" (regexReplaceAll "^\\[.*\\]" . "") | trimPrefix ":" | default "6379" | int) }}
{{- end }}
{{- if eq .Values.redis.type "sentinel" }}
{{- $ports = append $ports 6379 }}
{{- end }}
{{- range .Values.networkPolicy.redisPorts }}
{{- $ports = append $ports (int .) }}
{{- end }}
{{- uniq $ports | toJson }}
{{- end }}

{{- define "rodin-gateway.gracePeriod" -}}
{{- /* 5 s longer than the gateway's own limits, so that the process ends before it is killed. */ -}}
{{- add (int .Values.drain.preStopSeconds) (int .Values.drain.delaySeconds) (int .Values.drain.timeoutSeconds) 5 }}
{{- end }}

{{- define "rodin-gateway.checks" -}}
{{- if not .Values.existingSecret }}
{{- fail "existingSecret is required: the name of a Secret that holds Rodin's API key. Create it with: kubectl create secret generic rodin-api-key --from-file=api-key=FILE" }}
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
{{- if and .Values.autoscaling.enabled (not (include "rodin-gateway.metrics" . | fromYamlArray)) }}
{{- fail "autoscaling.enabled needs a metric: autoscaling.targetCPUUtilizationPercentage, targetWatchers, targetLookupsPerSecond or metrics" }}
{{- end }}
{{- if ge (int .Values.autoscaling.targetWatchers) (int .Values.gateway.watchersMaximum) }}
{{- fail "autoscaling.targetWatchers is not less than gateway.watchersMaximum: a pod could never reach it" }}
{{- end }}
{{- if and (eq .Values.updateStrategy.type "RollingUpdate") .Values.updateStrategy.rollingUpdate }}
{{- $rolling := .Values.updateStrategy.rollingUpdate }}
{{- if and (has (toString $rolling.maxSurge) (list "0" "0%")) (has (toString $rolling.maxUnavailable) (list "0" "0%")) }}
{{- fail "updateStrategy.rollingUpdate.maxSurge and maxUnavailable cannot both be 0: no pod could be replaced" }}
{{- end }}
{{- end }}
{{- range $probe := list "startupProbe" "readinessProbe" "livenessProbe" }}
{{- $handlers := keys (pick (include "rodin-gateway.probe" (get $.Values $probe) | fromYaml) "exec" "grpc" "httpGet" "tcpSocket") }}
{{- if ne (len $handlers) 1 }}
{{- fail (printf "%s needs one of exec, grpc, httpGet and tcpSocket, and has %d" $probe (len $handlers)) }}
{{- end }}
{{- end }}
{{- range $name, $given := dict
  (ternary "nativeResources" "resources" .Values.image.native) (include "rodin-gateway.resources" . | fromYaml)
  "valkey.resources" (include "rodin-gateway.withMemoryRequest" .Values.valkey.resources | fromYaml) }}
{{- range $resource, $request := default dict $given.requests }}
{{- $limit := dig "limits" $resource "" $given | toString }}
{{- if and $limit (gt (include "rodin-gateway.amount" $request | float64) (include "rodin-gateway.amount" $limit | float64)) }}
{{- fail (printf "%s.requests.%s of %v is more than the limit of %s" $name $resource $request $limit) }}
{{- end }}
{{- end }}
{{- end }}
{{- include "rodin-gateway.redisChecks" . }}
{{- $volumes := list "api-key" "redis" }}
{{- range .Values.extraVolumes }}
{{- if has .name $volumes }}
{{- fail (printf "extraVolumes may not have %s: there is a volume of that name" .name) }}
{{- end }}
{{- $volumes = append $volumes .name }}
{{- end }}
{{- $mounts := list "/etc/rodin-gateway/api-key" "/etc/rodin-gateway/redis" }}
{{- range .Values.extraVolumeMounts }}
{{- if has (.mountPath | trimSuffix "/") $mounts }}
{{- fail (printf "extraVolumeMounts may not have %s: another volume is mounted there" .mountPath) }}
{{- end }}
{{- $mounts = append $mounts (.mountPath | trimSuffix "/") }}
{{- end }}
{{- $traffic := .Values.service.trafficDistribution }}
{{- $since := ternary "1.34" "1.31" (hasPrefix "PreferSame" $traffic) }}
{{- if and $traffic (semverCompare (printf "<%s.0-0" $since) .Capabilities.KubeVersion.Version) }}
{{- fail (printf "service.trafficDistribution %s needs Kubernetes %s or newer, and this is %s" $traffic $since .Capabilities.KubeVersion.Version) }}
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
{{- /* Each of these changes a port that the Service or the probes use. */ -}}
{{- range $side := list "HTTP" "MANAGEMENT" }}
{{- range $setting := list "HOST" "HOST_ENABLED" "ENABLED" "INSECURE_REQUESTS" "DOMAIN_SOCKET_ENABLED" "ROOT_PATH" }}
{{- $own = append $own (printf "QUARKUS_%s_%s" $side $setting) }}
{{- end }}
{{- end }}
{{- if or .Values.valkey.enabled .Values.redis.url }}
{{- range $setting := list "URL" "TYPE" "MASTER" "NAMESPACE" "TIMEOUT" "EXPECTED_REPLICAS" "USERNAME" "PASSWORD" "PASSWORD_FILE" "CA_FILE" "CERT_FILE" "KEY_FILE" }}
{{- $own = append $own (printf "GATEWAY_REDIS_%s" $setting) }}
{{- end }}
{{- end }}
{{- $names := list }}
{{- range .Values.extraEnv }}
{{- /* Normalized as in the gateway: rodin.api-key is RODIN_API_KEY, and so is _PROD_RODIN_API_KEY in production. */ -}}
{{- if has (regexReplaceAll "[^A-Z0-9]" (upper .name) "_" | trimPrefix "_PROD_") $own }}
{{- fail (printf "extraEnv may not have %s: the chart sets it from other values or depends on its default, and the API key comes from existingSecret" .name) }}
{{- end }}
{{- if has .name $names }}
{{- fail (printf "extraEnv has %s twice" .name) }}
{{- end }}
{{- $names = append $names .name }}
{{- end }}
{{- end }}

{{/* Rejects invalid combinations of valkey and redis. */}}
{{- define "rodin-gateway.redisChecks" -}}
{{- $redis := .Values.redis }}
{{- $keys := $redis.secretKeys }}
{{- if and .Values.valkey.enabled $redis.url }}
{{- fail "valkey.enabled and redis.url exclude each other: the store is either the chart's own or yours" }}
{{- end }}
{{- if not $redis.url }}
{{- $unused := ternary "type master username existingSecret" "type master username existingSecret namespace" .Values.valkey.enabled }}
{{- range splitList " " $unused }}
{{- if not (has (get $redis .) (list "" "standalone")) }}
{{- fail (printf "redis.%s has no effect without redis.url" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and (eq $redis.type "sentinel") (not $redis.master) }}
{{- fail "redis.type sentinel needs redis.master: the name of the master set" }}
{{- end }}
{{- if and $redis.master (ne $redis.type "sentinel") }}
{{- fail "redis.master has no effect without redis.type sentinel" }}
{{- end }}
{{- if and (contains "," $redis.url) (eq $redis.type "standalone") }}
{{- fail "redis.url has several hosts: set redis.type to sentinel or cluster" }}
{{- end }}
{{- if and (eq $redis.type "cluster") (regexMatch "/0*[1-9][0-9]*$" $redis.url) }}
{{- fail "redis.url names a database: a cluster has only the database 0" }}
{{- end }}
{{- if $redis.existingSecret }}
{{- if not (or $keys.password $keys.ca $keys.certificate) }}
{{- fail "redis.existingSecret has no effect: redis.secretKeys names no key of it" }}
{{- end }}
{{- if and (or $keys.ca $keys.certificate) (not (hasPrefix "rediss://" $redis.url)) }}
{{- fail "redis.secretKeys.ca and certificate need TLS: a redis.url with rediss://" }}
{{- end }}
{{- if ne (empty $keys.certificate) (empty $keys.privateKey) }}
{{- fail "redis.secretKeys.certificate and privateKey belong together" }}
{{- end }}
{{- end }}
{{- if and $redis.username (not (and $redis.existingSecret $keys.password)) }}
{{- fail "redis.username needs a password: redis.existingSecret and redis.secretKeys.password" }}
{{- end }}
{{- if .Values.valkey.enabled }}
{{- $limit := dig "limits" "memory" "" .Values.valkey.resources | toString }}
{{- if and $limit (gt (mulf .Values.valkey.maxMemoryMiB 1048576.0 | float64) (mulf (include "rodin-gateway.amount" $limit | float64) 0.75)) }}
{{- fail (printf "valkey.maxMemoryMiB of %d is more than three quarters of the memory limit of %s in valkey.resources: fragmentation and connections take the rest" (int64 .Values.valkey.maxMemoryMiB) $limit) }}
{{- end }}
{{- end }}
{{- end }}
