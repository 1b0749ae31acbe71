// SPDX-License-Identifier: Apache-2.0
//! README.md says what it does. With the standard library only.

use std::io::{BufRead, BufReader, Result, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};

fn text(name: SocketAddr) -> String {
    format!("{} {}", name.ip(), name.port())
}

fn wildcard(address: &str) -> &str {
    if address == "any" { "0.0.0.0" } else { address }
}

fn tcp_client(host: &str, port: u16) -> Result<()> {
    let mut stream = TcpStream::connect((host, port))?;
    println!("local {}", text(stream.local_addr()?));
    println!("peer {}", text(stream.peer_addr()?));
    stream.write_all(b"hello\n")?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    print!("told {answer}");
    Ok(())
}

fn tcp_server(address: &str, port: u16) -> Result<()> {
    let listener = TcpListener::bind((wildcard(address), port))?;
    println!("ready");
    let (mut stream, peer) = listener.accept()?;
    println!("local {}", text(stream.local_addr()?));
    println!("peer {}", text(peer));
    BufReader::new(stream.try_clone()?).read_line(&mut String::new())?;
    stream.write_all(format!("you are {}\n", text(peer)).as_bytes())
}

fn udp_client(host: &str, port: u16) -> Result<()> {
    let any = if host.contains(':') { "::" } else { "0.0.0.0" };
    let socket = UdpSocket::bind((any, 0))?;
    socket.send_to(b"hello", (host, port))?;
    let mut answer = [0; 512];
    let (size, from) = socket.recv_from(&mut answer)?;
    println!("from {}", text(from));
    println!("told {}", String::from_utf8_lossy(&answer[..size]));
    Ok(())
}

fn udp_server(address: &str, port: u16) -> Result<()> {
    let socket = UdpSocket::bind((wildcard(address), port))?;
    println!("ready");
    let (_, peer) = socket.recv_from(&mut [0; 512])?;
    println!("peer {}", text(peer));
    socket.send_to(format!("you are {}", text(peer)).as_bytes(), peer)?;
    Ok(())
}

fn own(host: &str, port: u16) -> Result<()> {
    let any = if host.contains(':') { "::" } else { "0.0.0.0" };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect((host, port))?;
    println!("own {}", socket.local_addr()?.ip());
    Ok(())
}

fn lookup(name: &str) -> Result<()> {
    for found in (name, 0).to_socket_addrs()?.filter(SocketAddr::is_ipv4) {
        println!("address {}", found.ip());
    }
    Ok(())
}

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words[0] == "lookup" {
        return lookup(&words[1]);
    }
    let role = match words[0].as_str() {
        "tcp-client" => tcp_client,
        "tcp-server" => tcp_server,
        "udp-client" => udp_client,
        "udp-server" => udp_server,
        "own" => own,
        other => panic!("no role {other}"),
    };
    role(&words[1], words[2].parse().expect("a port"))
}
