// SPDX-License-Identifier: Apache-2.0

// README.md says what it does.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net"
	"os"
)

// text is an address and a port with a space between them.
func text(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	check(err)
	return host + " " + port
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// where is the address to listen at.
func where(address, port string) string {
	if address == "any" {
		return ":" + port
	}
	return net.JoinHostPort(address, port)
}

func tcpClient(host, port string) {
	conn, err := net.Dial("tcp", net.JoinHostPort(host, port))
	check(err)
	defer conn.Close()
	fmt.Println("local", text(conn.LocalAddr()))
	fmt.Println("peer", text(conn.RemoteAddr()))
	fmt.Fprintln(conn, "hello")
	answer, err := bufio.NewReader(conn).ReadString('\n')
	check(err)
	fmt.Print("told ", answer)
}

func tcpServer(address, port string) {
	listener, err := net.Listen("tcp", where(address, port))
	check(err)
	fmt.Println("ready")
	conn, err := listener.Accept()
	check(err)
	defer conn.Close()
	fmt.Println("local", text(conn.LocalAddr()))
	fmt.Println("peer", text(conn.RemoteAddr()))
	_, err = bufio.NewReader(conn).ReadString('\n')
	check(err)
	fmt.Fprintln(conn, "you are", text(conn.RemoteAddr()))
}

func udpClient(host, port string) {
	peer, err := net.ResolveUDPAddr("udp", net.JoinHostPort(host, port))
	check(err)
	conn, err := net.ListenPacket("udp", ":0")
	check(err)
	_, err = conn.WriteTo([]byte("hello"), peer)
	check(err)
	answer := make([]byte, 512)
	size, from, err := conn.ReadFrom(answer)
	check(err)
	fmt.Println("from", text(from))
	fmt.Println("told", string(answer[:size]))
}

func udpServer(address, port string) {
	conn, err := net.ListenPacket("udp", where(address, port))
	check(err)
	fmt.Println("ready")
	_, peer, err := conn.ReadFrom(make([]byte, 512))
	check(err)
	fmt.Println("peer", text(peer))
	_, err = conn.WriteTo([]byte("you are "+text(peer)), peer)
	check(err)
}

func own(host, port string) {
	conn, err := net.Dial("udp", net.JoinHostPort(host, port))
	check(err)
	address, _, err := net.SplitHostPort(conn.LocalAddr().String())
	check(err)
	fmt.Println("own", address)
}

func lookup(name string) {
	addresses, err := net.DefaultResolver.LookupIP(context.Background(), "ip4", name)
	check(err)
	for _, address := range addresses {
		fmt.Println("address", address)
	}
}

func interfaces() {
	addresses, err := net.InterfaceAddrs()
	check(err)
	for _, address := range addresses {
		fmt.Println("address", address.(*net.IPNet).IP)
	}
}

func main() {
	roles := map[string]func(string, string){
		"tcp-client": tcpClient, "tcp-server": tcpServer,
		"udp-client": udpClient, "udp-server": udpServer, "own": own,
	}
	switch role := os.Args[1]; role {
	case "lookup":
		lookup(os.Args[2])
	case "interfaces":
		interfaces()
	default:
		roles[role](os.Args[2], os.Args[3])
	}
}
