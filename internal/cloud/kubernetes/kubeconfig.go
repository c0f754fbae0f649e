package kubernetes

import (
	"crypto/sha256"
	"os"
	"time"

	"k8s.io/client-go/tools/clientcmd"
)

// kubeconfigLook is how often the watch of an account looks whether its
// kubeconfig has changed.
const kubeconfigLook = 2 * time.Second

// kubeconfig is the path of the file that an account is read from, or "".
func (c AccountConfig) kubeconfig() string {
	switch {
	case c.Agent, c.ServiceAccount, c.Server != "", c.KubeconfigContents != "", isReference(c.KubeconfigFile):
		return ""
	case c.KubeconfigFile != "":
		return c.KubeconfigFile
	}
	return clientcmd.RecommendedHomeFile
}

// contents tell a file's contents from others without keeping them, which are
// secret.
type contents struct {
	modified time.Time
	size     int64
	sum      [sha256.Size]byte
}

// settled is how old a file must be for its time to tell it from what comes
// next: file systems count no finer than some milliseconds.
const settled = time.Second

// contentsOf looks at a file. It is read only where its time or size are not
// those of the contents known of it, or its time is too new to tell.
func contentsOf(path string, known contents) (contents, error) {
	info, err := os.Stat(path)
	if err != nil {
		return contents{}, err
	}
	now := contents{modified: info.ModTime(), size: info.Size(), sum: known.sum}
	if now == known && time.Since(now.modified) > settled {
		return now, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return contents{}, err
	}
	now.sum = sha256.Sum256(data)
	return now, nil
}

// replaced tells whether an account that is used over a connection has another
// by now, or would get one, its kubeconfig having changed.
func (a *account) replaced(conn *connection) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return conn != nil && (a.conn != nil && a.conn != conn || a.outdated())
}

// outdated tells whether the kubeconfig has changed since the account
// connected. Clouddriver gives the file to kubectl each time, so that whoever
// rotates it need not tell.
func (a *account) outdated() bool {
	file := a.config.kubeconfig()
	if a.conn == nil || file == "" {
		return false
	}
	now, err := contentsOf(file, a.read)
	if err != nil {
		return false // it is being replaced, or gone: what has been read still holds
	}
	changed := now.sum != a.read.sum
	if !changed {
		a.read = now
	}
	return changed
}
