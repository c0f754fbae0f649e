package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Formats lists the formats of output, the default first.
func Formats() []string { return []string{"table", "json", "yaml"} }

// Table is what people read.
type Table struct {
	Header []string
	Rows   [][]string
	// Empty is said where there are no rows.
	Empty string
}

// Print writes a value in a format; the table is made where it is wanted.
func Print(out io.Writer, format string, value any, table func() Table) error {
	switch format {
	case "json":
		return printJSON(out, value)
	case "yaml":
		return printYAML(out, value)
	case "table":
		return table().write(out)
	}
	return fmt.Errorf("unknown output format %q; the formats are %s", format, strings.Join(Formats(), ", "))
}

func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func printYAML(out io.Writer, value any) error {
	data, err := model.Marshal(value)
	if err != nil {
		return err
	}
	var plain any
	if err := model.Unmarshal(data, &plain); err != nil {
		return err
	}
	text, err := yamldoc.Encode(model.Plain(plain))
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	return err
}

func (t Table) write(out io.Writer) error {
	if len(t.Rows) == 0 {
		_, err := fmt.Fprintln(out, t.Empty)
		return err
	}
	const gap = 2
	var aligned bytes.Buffer
	w := tabwriter.NewWriter(&aligned, 0, 0, gap, ' ', 0)
	if len(t.Header) > 0 {
		fmt.Fprintln(w, strings.Join(t.Header, "\t"))
	}
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			// Nothing comes after the last cell that it could push away.
			most := mostInCell
			if i == len(row)-1 {
				most = mostInLastCell
			}
			cells[i] = oneLine(cell, most)
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(aligned.String()) {
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// How many letters a cell of a table shows, and the last one of a row.
const (
	mostInCell     = 100
	mostInLastCell = 2000
)

// oneLine makes a text fit for a cell of a table.
func oneLine(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// Time writes milliseconds since the epoch in local time; "-" where unset.
func Time(millis int64) string {
	if millis == 0 {
		return "-"
	}
	return time.UnixMilli(millis).Local().Format("2006-01-02 15:04:05") //nolint:gosmopolitan // people read their own time
}

// Duration writes how long something took, or takes by now where it has not
// ended; "" where it has not begun.
func Duration(start, end int64, now time.Time) string {
	if start == 0 {
		return ""
	}
	if end == 0 {
		end = now.UnixMilli()
	}
	d := time.Duration(max(0, end-start)) * time.Millisecond
	if d < time.Minute {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}
