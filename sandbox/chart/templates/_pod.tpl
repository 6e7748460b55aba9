{{/*
What every pod of Chatwoot has, whatever it runs. Takes a dict: root, container (lines of the one container),
before (lines of spec that come first, may be empty).
*/}}
{{- define "standin.podSpec" -}}
{{- $root := .root -}}
serviceAccountName: {{ include "standin.serviceAccount" $root }}
{{- with .before }}
{{ . }}
{{- end }}
{{- with $root.Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- include "standin.scheduling" $root }}
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - {{ .container | indent 4 | trim }}
    image: {{ include "standin.image" $root }}
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    envFrom:
      - secretRef: { name: {{ include "standin.name" $root }}-env }
      {{- with $root.Values.existingEnvSecret }}
      - secretRef: { name: {{ . }} }
      {{- end }}
    volumeMounts:
      - { name: cache, mountPath: /app/tmp }
volumes:
  - { name: cache, emptyDir: {} }
{{- end -}}

{{- define "standin.scheduling" -}}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- tpl (toYaml .) $ | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The passwords of web and worker, from Secrets that exist already. They win over every envFrom. */}}
{{- define "standin.passwords" -}}
{{- $redis := .Values.redis -}}
{{- include "standin.databasePassword" . }}
{{- if $redis.existingSecret }}
{{ include "standin.password" (list "REDIS_PASSWORD" $redis.existingSecret $redis.existingSecretKey) }}
{{- end }}
{{- end -}}

{{/* Those of the Job: it looks for the Redis one under other names. */}}
{{- define "standin.jobPasswords" -}}
{{- $auth := .Values.redis.auth -}}
{{- include "standin.databasePassword" . }}
{{- if $auth.existingSecret }}
{{ include "standin.password" (list "REDIS_PASSWORD" $auth.existingSecret $auth.existingSecretPasswordKey) }}
{{- end }}
{{- end -}}

{{- define "standin.databasePassword" -}}
{{- $auth := .Values.postgresql.auth -}}
{{- if $auth.existingSecret }}
{{ include "standin.password" (list "POSTGRES_PASSWORD" $auth.existingSecret $auth.secretKeys.adminPasswordKey) }}
{{- end }}
{{- end -}}

{{- define "standin.password" -}}
- name: {{ index . 0 }}
  valueFrom: { secretKeyRef: { name: {{ index . 1 }}, key: {{ index . 2 | default "password" }} } }
{{- end -}}
