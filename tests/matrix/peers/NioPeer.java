// SPDX-License-Identifier: Apache-2.0
// README.md says what it does. With the channels of java.nio.
import java.io.IOException;
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.*;
import java.nio.charset.StandardCharsets;

class NioPeer {
  static String text(SocketAddress name) {
    InetSocketAddress address = (InetSocketAddress) name;
    return address.getAddress().getHostAddress() + " " + address.getPort();
  }

  static ByteBuffer bytes(String text) {
    return StandardCharsets.US_ASCII.encode(text);
  }

  static String text(ByteBuffer bytes) {
    return StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
  }

  // All here is shorter than a segment: it arrives at once.
  static String receiveLine(SocketChannel channel) throws IOException {
    ByteBuffer line = ByteBuffer.allocate(512);
    channel.read(line);
    return text(line);
  }

  static InetSocketAddress where(String address, int port) {
    return address.equals("any")
        ? new InetSocketAddress(port)
        : new InetSocketAddress(address, port);
  }

  static void tcpClient(InetSocketAddress peer) throws IOException {
    try (SocketChannel channel = SocketChannel.open(peer)) {
      System.out.println("local " + text(channel.getLocalAddress()));
      System.out.println("peer " + text(channel.getRemoteAddress()));
      channel.write(bytes("hello\n"));
      System.out.println("told " + receiveLine(channel));
    }
  }

  static void tcpServer(InetSocketAddress name) throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open().bind(name)) {
      System.out.println("ready");
      try (SocketChannel channel = server.accept()) {
        System.out.println("local " + text(channel.getLocalAddress()));
        System.out.println("peer " + text(channel.getRemoteAddress()));
        receiveLine(channel);
        channel.write(bytes("you are " + text(channel.getRemoteAddress()) + "\n"));
      }
    }
  }

  static void udpClient(InetSocketAddress peer) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.send(bytes("hello"), peer);
      ByteBuffer answer = ByteBuffer.allocate(512);
      System.out.println("from " + text(channel.receive(answer)));
      System.out.println("told " + text(answer));
    }
  }

  static void udpServer(InetSocketAddress name) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open().bind(name)) {
      System.out.println("ready");
      SocketAddress peer = channel.receive(ByteBuffer.allocate(512));
      System.out.println("peer " + text(peer));
      channel.send(bytes("you are " + text(peer)), peer);
    }
  }

  static void own(InetSocketAddress peer) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open().connect(peer)) {
      System.out.println("own " + text(channel.getLocalAddress()).split(" ")[0]);
    }
  }

  public static void main(String[] words) throws IOException {
    InetSocketAddress name = where(words[1], Integer.parseInt(words[2]));
    switch (words[0]) {
      case "tcp-client" -> tcpClient(name);
      case "tcp-server" -> tcpServer(name);
      case "udp-client" -> udpClient(name);
      case "udp-server" -> udpServer(name);
      case "own" -> own(name);
      default -> throw new IllegalArgumentException(words[0]);
    }
  }
}
