{{/* The name of everything: the release's own when it contains the chart's. */}}
{{- define "standin.name" -}}
{{- $chart := .Values.nameOverride | default .Chart.Name -}}
{{- $long := ternary .Release.Name (printf "%s-%s" .Release.Name $chart) (contains $chart .Release.Name) -}}
{{- .Values.fullnameOverride | default $long | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "standin.serviceAccount" -}}
{{- $made := ternary (include "standin.name" .) "default" .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default $made -}}
{{- end -}}

{{- define "standin.image" -}}
{{- printf "%s:%s" .Values.image.repository .Values.image.tag | quote -}}
{{- end -}}

{{/* Labels of an object, as a block of lines without indentation. */}}
{{- define "standin.labels" -}}
app: {{ include "standin.name" . }}
release: {{ .Release.Name | quote }}
heritage: {{ .Release.Service | quote }}
chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") | quote }}
{{- end -}}

{{/* What the stand-in cannot do is an error, not a silent omission. */}}
{{- define "standin.refuse" -}}
{{- if .Values.postgresql.enabled -}}
{{- fail "postgresql.enabled: this stand-in for the Chatwoot chart has no PostgreSQL sub-chart. Set postgresql.enabled=false and postgresql.postgresqlHost" -}}
{{- end -}}
{{- if .Values.redis.enabled -}}
{{- fail "redis.enabled: this stand-in for the Chatwoot chart has no Redis sub-chart. Set redis.enabled=false and redis.host" -}}
{{- end -}}
{{- end -}}
