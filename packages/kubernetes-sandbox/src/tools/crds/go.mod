// The custom resource definitions of the sandbox's cluster. Nothing is compiled: packages/kubernetes-sandbox/src/tools/crds.ts asks Go for the
// modules' folders (checked against go.sum) and reads the yaml there, so that no definition is copied into this project.
// gateway-api 1.7 asks for Go 1.27; to add a module here, add both of its checksums, which `go mod download -json` prints.
module kubernetes-sandbox/crds

go 1.26.4

require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/cloudnative-pg/cloudnative-pg v1.30.0
	github.com/cloudnative-pg/plugin-barman-cloud v0.15.0
	github.com/external-secrets/external-secrets v1.3.2
	github.com/kedacore/keda/v2 v2.21.0
	github.com/prometheus-operator/prometheus-operator v0.94.0
	sigs.k8s.io/gateway-api v1.6.1
)
