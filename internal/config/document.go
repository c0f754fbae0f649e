package config

import (
	"fmt"
	"strings"
)

// Text lists the keys for a terminal.
func Text() string {
	var out strings.Builder
	for _, key := range Keys() {
		if key.Section {
			continue
		}
		fmt.Fprintf(&out, "%s\n", key.Path)
		fmt.Fprintf(&out, "    %s\n", strings.Join(wrap(key.Doc, 74), "\n    "))
		fmt.Fprintf(&out, "    %s", key.Type)
		if key.Default != "" {
			fmt.Fprintf(&out, "; default %s", key.Default)
		}
		if key.Env != "" {
			fmt.Fprintf(&out, "\n    $%s", key.Env)
		}
		out.WriteString("\n\n")
	}
	return out.String()
}

// markdown is the reference of all keys, for docs/configuration.md.
func markdown() string {
	var out strings.Builder
	for _, key := range Keys() {
		depth := strings.Count(key.Path, ".")
		if key.Section && depth == 0 {
			fmt.Fprintf(&out, "\n### %s\n\n%s\n\n| key | what it is for | value | default | variable |\n|---|---|---|---|---|\n", key.Path, key.Doc)
			continue
		}
		if key.Section {
			fmt.Fprintf(&out, "| `%s` | %s | | | |\n", key.Path, cell(key.Doc))
			continue
		}
		if depth == 0 {
			fmt.Fprintf(&out, "\n### %s\n\n%s\n\nValue: %s.%s Variable: `%s`.\n", key.Path, key.Doc, key.Type, defaultSentence(key), key.Env)
			continue
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s |\n", key.Path, cell(key.Doc), cell(key.Type), code(key.Default), code(key.Env))
	}
	return out.String()
}

func defaultSentence(key Key) string {
	if key.Default == "" {
		return ""
	}
	return " Default: " + code(key.Default) + "."
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + cell(text) + "`"
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// wrap breaks a text into lines of at most width letters, where it can.
func wrap(text string, width int) []string {
	var (
		lines []string
		line  string
	)
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
