// Package bench measures a whole server from outside, over HTTP, as its users
// meet it. "make bench" runs it; each benchmark reports its figures as metrics
// of its own. The README has the last figures.
package bench
