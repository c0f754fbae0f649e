// Package secret keeps passwords, tokens and keys out of the configuration,
// the log and the API.
//
// A configuration holds a [Ref]: the secret itself, or where it is kept. A
// [Resolver] turns it into a [Secret] at the moment it is needed, so that a
// rotated one is used without a restart. The places are:
//
//	env:NAME                                   an environment variable
//	file:/path                                 a file's content, without line ends around it
//	encrypted:k8s!n:name!k:key                 a key of a Kubernetes Secret
//	encrypted:vault!e:engine!p:path!k:key      a key in HashiCorp Vault; !b:true where it is base64
//	encrypted:s3!r:region!b:bucket!f:path!k:key
//	encrypted:gcs!b:bucket!f:path!k:key        a value in a YAML file; the whole file without k
//	encrypted:secrets-manager!r:region!s:name!k:key
//	encrypted:google-secrets-manager!p:project!s:name!v:version!k:key
//
// The encrypted: forms are Spinnaker's (kork-secrets, and k8s of its operator);
// encryptedFile: does the same where a path is expected. Anything else is the
// secret itself.
package secret
