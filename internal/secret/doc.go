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
//	encrypted:s3!... and encrypted:gcs!...     known, not available here
//
// The encrypted: forms are Spinnaker's (kork-secrets); encryptedFile: does the
// same where a path is expected. Anything else is the secret itself.
package secret
