-- SPDX-License-Identifier: Apache-2.0
-- README.md says what it does. With LuaSocket.
local socket = require("socket")

io.stdout:setvbuf("line")

local function name(address, port)
  return address .. " " .. math.tointeger(tonumber(port))
end

local function at(address)
  return address == "any" and "*" or address
end

local roles = {}

roles["tcp-client"] = function(host, port)
  local client = assert(socket.connect(host, port))
  print("local " .. name(client:getsockname()))
  print("peer " .. name(client:getpeername()))
  assert(client:send("hello\n"))
  print("told " .. assert(client:receive("*l")))
end

roles["tcp-server"] = function(address, port)
  local server = assert(socket.bind(at(address), port))
  print("ready")
  local client = assert(server:accept())
  local peer = name(client:getpeername())
  print("local " .. name(client:getsockname()))
  print("peer " .. peer)
  assert(client:receive("*l"))
  assert(client:send("you are " .. peer .. "\n"))
end

roles["udp-client"] = function(host, port)
  local udp = assert(socket.udp())
  assert(udp:sendto("hello", host, port))
  local answer, from, from_port = udp:receivefrom()
  assert(answer, from)
  print("from " .. name(from, from_port))
  print("told " .. answer)
end

roles["udp-server"] = function(address, port)
  local udp = assert(socket.udp())
  assert(udp:setsockname(at(address), port))
  print("ready")
  local request, from, from_port = udp:receivefrom()
  assert(request, from)
  print("peer " .. name(from, from_port))
  assert(udp:sendto("you are " .. name(from, from_port), from, from_port))
end

roles["own"] = function(host, port)
  local udp = assert(socket.udp())
  assert(udp:setpeername(host, port))
  print("own " .. (udp:getsockname()))
end

roles["lookup"] = function(host)
  local _, found = assert(socket.dns.toip(host))
  for _, address in ipairs(found.ip) do print("address " .. address) end
end

roles[arg[1]](arg[2], arg[3])
