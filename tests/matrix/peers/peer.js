// SPDX-License-Identifier: Apache-2.0
// README.md says what it does.
'use strict';
const dgram = require('dgram');
const dns = require('dns/promises');
const net = require('net');
const os = require('os');
const readline = require('readline');

const say = (...words) => console.log(words.join(' '));
const datagrams = (host) => dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');

const roles = {
  'tcp-client'(host, port) {
    const socket = net.connect({host, port}, () => {
      say('local', socket.localAddress, socket.localPort);
      say('peer', socket.remoteAddress, socket.remotePort);
      socket.write('hello\n');
    });
    readline.createInterface({input: socket}).once('line', (line) => say('told', line));
  },

  'tcp-server'(address, port) {
    const server = net.createServer((socket) => {
      const peer = `${socket.remoteAddress} ${socket.remotePort}`;
      say('local', socket.localAddress, socket.localPort);
      say('peer', peer);
      readline.createInterface({input: socket}).once('line', () => {
        socket.end(`you are ${peer}\n`);
        server.close();
      });
    });
    server.listen({port, host: address === 'any' ? undefined : address}, () => say('ready'));
  },

  'udp-client'(host, port) {
    const socket = datagrams(host);
    socket.once('message', (answer, from) => {
      say('from', from.address, from.port);
      say('told', answer);
      socket.close();
    });
    socket.send('hello', port, host);
  },

  'udp-server'(address, port) {
    const socket = datagrams(address);
    socket.once('message', (request, peer) => {
      say('peer', peer.address, peer.port);
      socket.send(`you are ${peer.address} ${peer.port}`, peer.port, peer.address,
                  () => socket.close());
    });
    socket.bind({port, address: address === 'any' ? undefined : address}, () => say('ready'));
  },

  'own'(host, port) {
    const socket = datagrams(host);
    socket.connect(port, host, () => {
      say('own', socket.address().address);
      socket.close();
    });
  },

  async 'lookup'(name) {
    for (const found of await dns.lookup(name, {all: true, family: 4})) {
      say('address', found.address);
    }
  },

  'interfaces'() {
    for (const address of Object.values(os.networkInterfaces()).flat()) {
      say('address', address.address);
    }
  },
};

const [role, host, port] = process.argv.slice(2);
roles[role](host, Number(port));
