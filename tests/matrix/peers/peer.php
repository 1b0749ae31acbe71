<?php
// SPDX-License-Identifier: Apache-2.0
// README.md says what it does. With streams, which every PHP has.

function fail_on_warnings(int $level, string $message): never
{
    fwrite(STDERR, $message . "\n");
    exit(1);
}
set_error_handler('fail_on_warnings');

// "1.2.3.4:5" and "[::1]:5" with a space instead of the colon.
function text(string $name): string
{
    $colon = strrpos($name, ':');
    return trim(substr($name, 0, $colon), '[]') . ' ' . substr($name, $colon + 1);
}

function url(string $scheme, string $host, string $port): string
{
    $host = $host === 'any' ? '0.0.0.0' : $host;
    return "$scheme://" . (str_contains($host, ':') ? "[$host]" : $host) . ":$port";
}

$roles = [
    'tcp-client' => function (string $host, string $port): void {
        $stream = stream_socket_client(url('tcp', $host, $port));
        echo 'local ', text(stream_socket_get_name($stream, false)), "\n";
        echo 'peer ', text(stream_socket_get_name($stream, true)), "\n";
        fwrite($stream, "hello\n");
        echo 'told ', fgets($stream);
    },
    'tcp-server' => function (string $address, string $port): void {
        $server = stream_socket_server(url('tcp', $address, $port));
        echo "ready\n";
        $stream = stream_socket_accept($server, 60, $peer);
        echo 'local ', text(stream_socket_get_name($stream, false)), "\n";
        echo 'peer ', text($peer), "\n";
        fgets($stream);
        fwrite($stream, 'you are ' . text($peer) . "\n");
    },
    'udp-client' => function (string $host, string $port): void {
        $any = str_contains($host, ':') ? 'udp://[::]:0' : 'udp://0.0.0.0:0';
        $stream = stream_socket_server($any, $code, $message, STREAM_SERVER_BIND);
        stream_socket_sendto($stream, 'hello', 0, substr(url('udp', $host, $port), 6));
        $answer = stream_socket_recvfrom($stream, 512, 0, $from);
        echo 'from ', text($from), "\n", "told $answer\n";
    },
    'udp-server' => function (string $address, string $port): void {
        $stream = stream_socket_server(url('udp', $address, $port), $code, $message,
            STREAM_SERVER_BIND);
        echo "ready\n";
        stream_socket_recvfrom($stream, 512, 0, $peer);
        echo 'peer ', text($peer), "\n";
        stream_socket_sendto($stream, 'you are ' . text($peer), 0, $peer);
    },
    'own' => function (string $host, string $port): void {
        $stream = stream_socket_client(url('udp', $host, $port));
        echo 'own ', explode(' ', text(stream_socket_get_name($stream, false)))[0], "\n";
    },
    'lookup' => function (string $name): void {
        foreach (gethostbynamel($name) as $address) {
            echo "address $address\n";
        }
    },
    'interfaces' => function (): void {
        foreach (net_get_interfaces() as $interface) {
            foreach ($interface['unicast'] ?? [] as $address) {
                if (isset($address['address'])) {
                    echo "address {$address['address']}\n";
                }
            }
        }
    },
];
$roles[$argv[1]](...array_slice($argv, 2));
