// A WinRM client in Go (github.com/masterzen/winrm), to check the lab's WinRM service with a foreign implementation.
// Usage: main HOST PORT http|https CA_FILE basic|ntlm COMMAND [STDIN]; USER and PASSWORD in WINRM_USER, WINRM_PASSWORD.
// Prints one JSON object: stdout, stderr, code, error.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/masterzen/winrm"
)

type result struct {
	Stdout string `json:"stdout"`
	Stderr string `json:"stderr"`
	Code   int    `json:"code"`
	Error  string `json:"error"`
}

func run(args []string) (result, error) {
	port, err := strconv.Atoi(args[1])
	if err != nil {
		return result{}, err
	}
	var authority []byte
	if args[3] != "" {
		if authority, err = os.ReadFile(args[3]); err != nil {
			return result{}, err
		}
	}
	endpoint := winrm.NewEndpoint(args[0], port, args[2] == "https", false, authority, nil, nil, 20*time.Second)
	parameters := winrm.NewParameters("PT5S", "en-US", 153600)
	if args[4] == "ntlm" {
		parameters.TransportDecorator = func() winrm.Transporter { return &winrm.ClientNTLM{} }
	}
	client, err := winrm.NewClientWithParameters(
		endpoint, os.Getenv("WINRM_USER"), os.Getenv("WINRM_PASSWORD"), parameters)
	if err != nil {
		return result{}, err
	}
	stdin := ""
	if len(args) > 6 {
		stdin = args[6]
	}
	stdout, stderr, code, err := client.RunWithString(args[5], stdin)
	return result{Stdout: stdout, Stderr: stderr, Code: code}, err
}

func main() {
	answer, err := run(os.Args[1:])
	if err != nil {
		answer.Error = err.Error()
	}
	text, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}
