package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// missingImage is a pattern for images that can't be pulled, as their names say:
// there is no registry to ask.
const missingImage = `(^|[/:._-])(missing|nonexistent|no-such|does-not-exist)($|[/:@._-])`

var missing = regexp.MustCompile(missingImage)

// qualified completes an image's name as a container runtime reports it:
// nginx becomes docker.io/library/nginx:latest.
func qualified(image string) string {
	first, _, hasSlash := strings.Cut(image, "/")
	switch {
	case !hasSlash:
		image = "docker.io/library/" + image
	case !strings.ContainsAny(first, ".:") && first != "localhost":
		image = "docker.io/" + image
	}
	name := image[strings.LastIndex(image, "/")+1:]
	if !strings.Contains(image, "@") && !strings.Contains(name, ":") {
		image += ":latest"
	}
	return image
}

// imageID is a stable digest reference for an image that doesn't exist.
func imageID(image string) string {
	image = qualified(image)
	if strings.Contains(image, "@") {
		return image
	}
	repository := image[:strings.LastIndex(image, ":")]
	return repository + "@sha256:" + digest(image)
}

// containerID is a stable id for one run of a container.
func containerID(pod *corev1.Pod, container string, restarts int32) string {
	return "containerd://" + digest(fmt.Sprint(pod.UID, container, restarts))
}

// pullError is what containerd says of an image that isn't there.
func pullError(image string) string {
	ref := qualified(image)
	return fmt.Sprintf("failed to pull and unpack image %q: failed to resolve reference %q: %s: not found", ref, ref, ref)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
