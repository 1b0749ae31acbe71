# SPDX-License-Identifier: Apache-2.0
# README.md says what it does.
require 'socket'

$stdout.sync = true

def text(address) = "#{address.ip_address} #{address.ip_port}"

def tcp_client(host, port)
  Socket.tcp(host, port) do |socket|
    puts "local #{text(socket.local_address)}", "peer #{text(socket.remote_address)}"
    socket.puts 'hello'
    puts "told #{socket.gets}"
  end
end

def tcp_server(address, port)
  server = TCPServer.new(address == 'any' ? nil : address, port)
  puts 'ready'
  socket = server.accept
  peer = text(socket.remote_address)
  puts "local #{text(socket.local_address)}", "peer #{peer}"
  socket.gets
  socket.puts "you are #{peer}"
  socket.close
end

def udp_client(host, port)
  socket = UDPSocket.new(host.include?(':') ? Socket::AF_INET6 : Socket::AF_INET)
  socket.send('hello', 0, host, port)
  answer, from = socket.recvfrom(512)
  puts "from #{from[3]} #{from[1]}", "told #{answer}"
end

def udp_server(address, port)
  address = '0.0.0.0' if address == 'any'
  socket = UDPSocket.new(Addrinfo.ip(address).afamily)
  socket.bind(address, port)
  puts 'ready'
  _, peer = socket.recvfrom(512)
  puts "peer #{peer[3]} #{peer[1]}"
  socket.send("you are #{peer[3]} #{peer[1]}", 0, peer[3], peer[1])
end

def own(host, port)
  socket = UDPSocket.new(host.include?(':') ? Socket::AF_INET6 : Socket::AF_INET)
  socket.connect(host, port)
  puts "own #{socket.local_address.ip_address}"
end

def lookup(name)
  Addrinfo.getaddrinfo(name, nil, :INET, :STREAM).each { puts "address #{_1.ip_address}" }
end

def interfaces
  Socket.ip_address_list.each { puts "address #{_1.ip_address}" }
end

send(ARGV.shift.tr('-', '_'), *ARGV)
