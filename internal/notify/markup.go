package notify

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/renderer/html"
	xhtml "golang.org/x/net/html"
)

// markdown renders CommonMark, and leaves the HTML in it as it is: whoever writes a
// notification decides on what it looks like, as in Echo.
var markdown = goldmark.New(goldmark.WithRendererOptions(html.WithUnsafe()))

// HTML is a Markdown text as HTML.
func HTML(text string) string {
	var out bytes.Buffer
	if err := markdown.Convert([]byte(text), &out); err != nil {
		return text // a buffer takes everything
	}
	return out.String()
}

// PlainText is a text without its HTML, in lines as a reader would see them.
func PlainText(text string) string {
	root, err := xhtml.Parse(strings.NewReader(text))
	if err != nil {
		return text // a reader of a string gives no error
	}
	var w plainWriter
	w.walk(root)
	return w.out.String()
}

// plainWriter writes a tree of HTML as text.
type plainWriter struct{ out strings.Builder }

// around are the line breaks before and after elements.
var around = map[string][2]string{
	"li": {"\n * ", ""}, "dt": {"  ", "\n"}, "tr": {"\n", ""}, "br": {"", "\n"}, "dd": {"", "\n"},
	"p": {"\n", "\n"}, "h1": {"\n", "\n"}, "h2": {"\n", "\n"}, "h3": {"\n", "\n"}, "h4": {"\n", "\n"}, "h5": {"\n", "\n"},
}

func (w *plainWriter) walk(n *xhtml.Node) {
	if n.Type == xhtml.TextNode {
		w.add(collapse(n.Data))
		return
	}
	if n.Type == xhtml.ElementNode && (n.Data == "script" || n.Data == "style") {
		return
	}
	breaks := [2]string{}
	if n.Type == xhtml.ElementNode {
		breaks = around[n.Data]
	}
	w.add(breaks[0])
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		w.walk(child)
	}
	w.add(breaks[1])
	if n.Type == xhtml.ElementNode && n.Data == "a" {
		for _, a := range n.Attr {
			if a.Key == "href" && strings.Contains(a.Val, "://") {
				w.add(" <" + a.Val + ">")
			}
		}
	}
}

func (w *plainWriter) add(text string) {
	if text == " " {
		if s := w.out.String(); s == "" || strings.HasSuffix(s, " ") || strings.HasSuffix(s, "\n") {
			return
		}
	}
	w.out.WriteString(text)
}

// collapse has each run of blanks be one.
func collapse(text string) string {
	var out strings.Builder
	blank := false
	for _, r := range text {
		if r == ' ' || r == '\t' || r == '\n' || r == '\f' || r == '\r' || r == 0xA0 {
			if !blank {
				out.WriteByte(' ')
			}
			blank = true
			continue
		}
		blank = false
		out.WriteRune(r)
	}
	return out.String()
}
