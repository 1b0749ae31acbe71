// SPDX-License-Identifier: Apache-2.0
// The same as peer.c, in Go, whose programs make their system calls themselves.
package main

import (
	"fmt"
	"net"
	"os"
	"time"
)

const tries = 30
const pause = 100 * time.Millisecond

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func host(address net.Addr) string {
	host, _, err := net.SplitHostPort(address.String())
	if err != nil {
		fail(err)
	}
	return host
}

func tell(text string, peer net.Addr, own net.Addr) {
	fmt.Printf("%s from %s to %s\n", text, host(peer), host(own))
}

func tcpServer(at string, text string) {
	listener, err := net.Listen("tcp4", at)
	if err != nil {
		fail(err)
	}
	connection, err := listener.Accept()
	if err != nil {
		fail(err)
	}
	tell("client", connection.RemoteAddr(), connection.LocalAddr())
	connection.Write([]byte(text))
	connection.Close()
}

func tcpClient(to string, tries int) {
	var err error
	for i := 0; i < tries; i++ {
		var connection net.Conn
		connection, err = net.DialTimeout("tcp4", to, 10*pause)
		if err == nil {
			answer := make([]byte, 100)
			n := 0
			if n, err = connection.Read(answer); err == nil {
				tell(string(answer[:n]), connection.RemoteAddr(), connection.LocalAddr())
				return
			}
		}
		time.Sleep(pause)
	}
	fail(err)
}

func udpServer(at string, text string) {
	socket, err := net.ListenPacket("udp4", at)
	if err != nil {
		fail(err)
	}
	question := make([]byte, 100)
	n, peer, err := socket.ReadFrom(question)
	if err != nil {
		fail(err)
	}
	tell(string(question[:n]), peer, socket.LocalAddr())
	socket.WriteTo([]byte(text), peer)
}

// Connected: of the sockets that Go makes, those that are not are bound to the wildcard.
func udpClient(to string) {
	socket, err := net.Dial("udp4", to)
	if err != nil {
		fail(err)
	}
	answer := make([]byte, 100)
	for i := 0; i < tries; i++ {
		// Where nobody listens yet the kernel says so here.
		socket.Write([]byte("question"))
		socket.SetReadDeadline(time.Now().Add(pause))
		n, failure := socket.Read(answer)
		if failure == nil {
			tell(string(answer[:n]), socket.RemoteAddr(), socket.LocalAddr())
			return
		}
		err = failure
		time.Sleep(pause)
	}
	fail(err)
}

func main() {
	if len(os.Args) < 4 {
		os.Exit(2)
	}
	address := net.JoinHostPort(os.Args[2], os.Args[3])
	text := "answer"
	if len(os.Args) > 4 {
		text = os.Args[4]
	}
	switch os.Args[1] {
	case "tcp-server":
		tcpServer(address, text)
	case "tcp-client":
		tcpClient(address, tries)
	case "tcp-once":
		tcpClient(address, 1)
	case "udp-server":
		udpServer(address, text)
	case "udp-client":
		udpClient(address)
	default:
		os.Exit(2)
	}
}
