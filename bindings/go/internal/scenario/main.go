// Plays a scenario through this package; tests/scenario/README.md of the repository describes the commands.
//
//	scenario FOLDER      plays FOLDER/scenario.txt
//	scenario --layout    prints the size of every struct and the offset of every member
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"recoup.dev/go/recoup"
)

func main() {
	if len(os.Args) != 2 {
		giveUp(errors.New("usage: scenario FOLDER | scenario --layout"))
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	if os.Args[1] == "--layout" {
		printLayout(out)
		return
	}
	if err := play(os.Args[1], out); err != nil {
		out.Flush()
		giveUp(err)
	}
}

func giveUp(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func play(folder string, out io.Writer) error {
	scenario, err := os.ReadFile(filepath.Join(folder, "scenario.txt"))
	if err != nil {
		return err
	}
	host := newHost(folder, out)
	defer func() {
		_ = host.unlisten()
		host.free()
	}()
	for _, line := range strings.Split(string(scenario), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" || line[0] == '#' {
			continue
		}
		fmt.Fprintf(out, "> %s\n", line)
		words, err := host.split(line)
		if err != nil {
			return err
		}
		if err := host.do(words[0], words[1:]); err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
	}
	return nil
}

// do plays one line. A refusal of the library is printed; an error is the scenario's or the host's own fault.
func (h *host) do(name string, words []string) error {
	play, ok := commands[name]
	if !ok {
		return errors.New("no such command")
	}
	arguments := &arguments{words: words}
	err := play(h, arguments)
	if arguments.err != nil {
		return arguments.err
	}
	var refused *recoup.Error
	if errors.As(err, &refused) {
		if refused.Message == "" {
			return errors.New("an error without a message")
		}
		retryable := 0
		if refused.Retryable {
			retryable = 1
		}
		h.printf("error %d %s %d %d\n", refused.Status, refused.Code, retryable, refused.HTTPStatus)
		return nil
	}
	return err
}

// split cuts a line into words; @file becomes what the file holds.
func (h *host) split(line string) ([]string, error) {
	var words []string
	for line != "" {
		end := " "
		if line[0] == '"' {
			end, line = `"`, line[1:]
		}
		word, rest, _ := strings.Cut(line, end)
		words, line = append(words, word), strings.TrimLeft(rest, " ")
	}
	for i, word := range words {
		if strings.HasPrefix(word, "@") {
			text, err := h.file(word[1:])
			if err != nil {
				return nil, err
			}
			words[i] = strings.TrimSuffix(string(text), "\n")
		}
	}
	return words, nil
}
