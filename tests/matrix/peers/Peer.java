// SPDX-License-Identifier: Apache-2.0
// README.md says what it does. With the classes of java.net.
import java.io.*;
import java.net.*;
import java.util.Collections;

class Peer {
  static String text(InetAddress address, int port) {
    return address.getHostAddress() + " " + port;
  }

  static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream()));
  }

  static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes());
  }

  static void tcpClient(String host, int port) throws IOException {
    try (Socket socket = new Socket(host, port)) {
      System.out.println("local " + text(socket.getLocalAddress(), socket.getLocalPort()));
      System.out.println("peer " + text(socket.getInetAddress(), socket.getPort()));
      say(socket, "hello");
      System.out.println("told " + reader(socket).readLine());
    }
  }

  static void tcpServer(String address, int port) throws IOException {
    InetAddress where = address.equals("any") ? null : InetAddress.getByName(address);
    try (ServerSocket server = new ServerSocket(port, 8, where)) {
      System.out.println("ready");
      try (Socket socket = server.accept()) {
        String peer = text(socket.getInetAddress(), socket.getPort());
        System.out.println("local " + text(socket.getLocalAddress(), socket.getLocalPort()));
        System.out.println("peer " + peer);
        reader(socket).readLine();
        say(socket, "you are " + peer);
      }
    }
  }

  static DatagramPacket packet(String text, InetAddress to, int port) {
    return new DatagramPacket(text.getBytes(), text.length(), to, port);
  }

  static DatagramPacket receive(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[512], 512);
    socket.receive(packet);
    return packet;
  }

  static void udpClient(String host, int port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(packet("hello", InetAddress.getByName(host), port));
      DatagramPacket answer = receive(socket);
      System.out.println("from " + text(answer.getAddress(), answer.getPort()));
      System.out.println("told " + new String(answer.getData(), 0, answer.getLength()));
    }
  }

  static void udpServer(String address, int port) throws IOException {
    InetAddress where = address.equals("any") ? null : InetAddress.getByName(address);
    try (DatagramSocket socket = new DatagramSocket(port, where)) {
      System.out.println("ready");
      DatagramPacket request = receive(socket);
      String peer = text(request.getAddress(), request.getPort());
      System.out.println("peer " + peer);
      socket.send(packet("you are " + peer, request.getAddress(), request.getPort()));
    }
  }

  static void own(String host, int port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(InetAddress.getByName(host), port);
      System.out.println("own " + socket.getLocalAddress().getHostAddress());
    }
  }

  static void lookup(String name) throws IOException {
    for (InetAddress found : InetAddress.getAllByName(name)) {
      if (found instanceof Inet4Address) System.out.println("address " + found.getHostAddress());
    }
  }

  static void interfaces() throws IOException {
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(each.getInetAddresses())) {
        System.out.println("address " + address.getHostAddress());
      }
    }
  }

  public static void main(String[] words) throws IOException {
    switch (words[0]) {
      case "tcp-client" -> tcpClient(words[1], Integer.parseInt(words[2]));
      case "tcp-server" -> tcpServer(words[1], Integer.parseInt(words[2]));
      case "udp-client" -> udpClient(words[1], Integer.parseInt(words[2]));
      case "udp-server" -> udpServer(words[1], Integer.parseInt(words[2]));
      case "own" -> own(words[1], Integer.parseInt(words[2]));
      case "lookup" -> lookup(words[1]);
      case "interfaces" -> interfaces();
      default -> throw new IllegalArgumentException(words[0]);
    }
  }
}
