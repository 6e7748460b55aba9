{{/* One of the two Deployments. Takes a dict: root, role, settings (its values), container (lines). */}}
{{- define "standin.deployment" -}}
{{- $root := .root -}}
{{- $name := include "standin.name" $root -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}-{{ .role }}
  creationTimestamp: null
  labels:
    {{- include "standin.labels" $root | nindent 4 }}
spec:
  # There also with an autoscaler, which it then works against.
  replicas: {{ int .settings.replicaCount }}
  strategy: {}
  selector:
    matchLabels: { app: {{ $name }}, release: {{ $root.Release.Name | quote }}, role: {{ .role }} }
  template:
    metadata:
      creationTimestamp: null
      labels: { app: {{ $name }}, release: {{ $root.Release.Name | quote }}, role: {{ .role }} }
      annotations:
        # Of the chart's own Secret only, not of existingEnvSecret.
        checksum/config: {{ include (print $root.Template.BasePath "/env-secret.yaml") $root | sha256sum }}
        {{- with $root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "standin.podSpec" . | nindent 6 }}
{{- end -}}
